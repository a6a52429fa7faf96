"""Operations of S3 that moto lacks are not implemented.

moto's S3 tells operations apart by the parameters it knows and takes any other request for the plain one of its method:
DeleteBucketMetricsConfiguration would delete the bucket, GetObjectRetention would give the object. Standin has read the
operation from the model already.
"""

PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.s3.responses:S3Response.setup_class": "56793fb782c48d7a",
    "moto.s3.responses:S3Response.all_buckets": "1c38be3a7fa5cf73",
    "moto.s3.responses:S3Response._bucket_response": "733ea363f693a7ad",
    "moto.s3.responses:S3Response._bucket_response_delete": "08f219994eb6480e",
    "moto.s3.responses:S3Response._bucket_response_get": "1170b54cff1acf08",
    "moto.s3.responses:S3Response._bucket_response_post": "44056ce40aeae8c5",
    "moto.s3.responses:S3Response._bucket_response_put": "111e213b7b54befe",
    "moto.s3.responses:S3Response._key_response": "87678ac764196353",
    "moto.s3.responses:S3Response._key_response_delete": "517ceacb76053fef",
    "moto.s3.responses:S3Response._key_response_get": "4f2db348b795ffc7",
    "moto.s3.responses:S3Response._key_response_post": "3430f639ec3ac8ee",
    "moto.s3.responses:S3Response._key_response_put": "8dbd2e643efe2dfb",
}

LACKING = {
    "CreateBucketMetadataConfiguration",
    "CreateBucketMetadataTableConfiguration",
    "CreateSession",
    "DeleteBucketAnalyticsConfiguration",
    "DeleteBucketIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketMetadataConfiguration",
    "DeleteBucketMetadataTableConfiguration",
    "DeleteBucketMetricsConfiguration",
    "DeleteObjectAnnotation",
    "GetBucketAbac",
    "GetBucketAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration",
    "GetBucketMetadataConfiguration",
    "GetBucketMetadataTableConfiguration",
    "GetBucketMetricsConfiguration",
    "GetBucketRequestPayment",
    "GetObjectAnnotation",
    "GetObjectRetention",
    "GetObjectTorrent",
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketMetricsConfigurations",
    "ListDirectoryBuckets",
    "ListObjectAnnotations",
    "PutBucketAbac",
    "PutBucketAnalyticsConfiguration",
    "PutBucketIntelligentTieringConfiguration",
    "PutBucketMetricsConfiguration",
    "PutBucketRequestPayment",
    "PutObjectAnnotation",
    "RenameObject",
    "UpdateBucketMetadataAnnotationTableConfiguration",
    "UpdateBucketMetadataInventoryTableConfiguration",
    "UpdateBucketMetadataJournalTableConfiguration",
    "UpdateObjectEncryption",
    "WriteGetObjectResponse",
}


def apply():
    from moto.s3.responses import S3Response
    from standin_moto import request

    setup_class = S3Response.setup_class

    def checked(self, *arguments, **named):
        asked = request.current()
        if asked and asked.operation in LACKING:
            raise NotImplementedError(f"moto lacks {asked.operation}")
        return setup_class(self, *arguments, **named)

    S3Response.setup_class = checked
