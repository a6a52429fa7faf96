"""Access keys that IAM makes mean their account to Standin's gateway.

moto puts the account into a key where AWS does, but keys of AWS count for the default account unless Standin is told otherwise,
so that real keys used by accident don't scatter resources. The last 15 bits mark a key as Standin's own, by the
checksum that `issue_access_key` of emulator/core/src/access_key.rs makes.
"""

PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.iam.utils:generate_access_key_id_from_account_id": "b7ce343581d32c59",
    "moto.iam.models:AccessKey.__init__": "ef84dfb427a2bb31",
}

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
MARK_BITS = 15
WORD = 2**64 - 1


def apply():
    from moto.iam import models

    generate = models.generate_access_key_id_from_account_id

    def marked(account_id, prefix, total_length=20):
        key = generate(account_id, prefix, total_length)
        return prefix + mark(key[len(prefix):]) if total_length == 20 else key

    models.generate_access_key_id_from_account_id = marked


def mark(digits):
    bits = 0
    for digit in digits:
        bits = bits << 5 | ALPHABET.index(digit)
    head = bits >> MARK_BITS
    bits = head << MARK_BITS | checksum(head)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(len(digits))))


def checksum(head):
    mixed = (head & WORD) * 0x9E3779B97F4A7C15 & WORD
    mixed = (mixed << 23 | mixed >> 41) & WORD
    return (mixed * 0xD6E8FEB86659FD93 & WORD) >> (64 - MARK_BITS)
