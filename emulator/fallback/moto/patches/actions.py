"""A request in which moto finds no action is not implemented.

moto answers an empty 404 to it, which a client takes for a missing resource.
"""

PROVED_ON = ["5.2.5"]
REPLACES = {"moto.core.responses:BaseResponse.call_action": "ce5f71add322c22a"}


def apply():
    from moto.core.responses import BaseResponse

    call_action = BaseResponse.call_action

    def checked(self):
        answer = call_action(self)
        if answer[0] == 404 and answer[2] == "" and not self._get_action():
            raise NotImplementedError(f"moto finds no action in {self.method} {self.path}")
        return answer

    BaseResponse.call_action = checked
