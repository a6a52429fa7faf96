"""The region of a request is the one that Standin decided.

moto guesses it from the URL, then from the user agent, and only then takes the signature's, and S3 and EMR guess in
ways of their own; Standin's gateway has already decided by AWS's rules.
"""

PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.core.responses:BaseResponse.get_region_from_url": "6ad0e98120989ac1",
    "moto.emr.responses:ElasticMapReduceResponse.get_region_from_url": "db0c66cb8d57bfdb",
    "moto.s3.utils:parse_region_from_url": "f4a23e70e705aa63",
    "moto.s3.responses:S3Response.setup_class": "56793fb782c48d7a",
    "moto.awslambda.responses:LambdaResponse._get_aws_region": "ffbece4615cfb968",
}


def apply():
    import moto.awslambda.responses
    import moto.core.responses
    import moto.emr.responses
    import moto.s3.responses

    for kind, name in (
        (moto.core.responses.BaseResponse, "get_region_from_url"),
        (moto.emr.responses.ElasticMapReduceResponse, "get_region_from_url"),
        (moto.awslambda.responses.LambdaResponse, "_get_aws_region"),
        (moto.s3.responses, "parse_region_from_url"),
    ):
        setattr(kind, name, decided(getattr(kind, name)))


def decided(guess):
    from standin_moto import request

    def region(*arguments, **named):
        asked = request.current()
        return asked.region if asked and asked.region else guess(*arguments, **named)

    return region
