"""Thirty-two clients at once, at a backend that does not run yet."""

from concurrent.futures import ThreadPoolExecutor

from common import TABLE, client, same


def make(number):
    answer = client("dynamodb", account=f"{number:012}").create_table(TableName=f"t{number}", **TABLE)
    return answer["TableDescription"]["TableArn"]


with ThreadPoolExecutor(32) as pool:
    made = list(pool.map(make, range(32)))
same(made, [f"arn:aws:dynamodb:eu-west-1:{number:012}:table/t{number}" for number in range(32)])
