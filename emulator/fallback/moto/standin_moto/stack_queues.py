"""CloudFormation's queues and queue policies, made in the native SQS."""

import json

from moto.core.common_models import CloudFormationModel
from moto.core.utils import tags_from_cloudformation_tags_list
from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import sqs_backends

from standin_moto.failures import Unbridged

# What an attribute goes back to when a template no longer has it.
DEFAULTS = {
    "ContentBasedDeduplication": "false",
    "DeduplicationScope": "queue",
    "DelaySeconds": "0",
    "FifoThroughputLimit": "perQueue",
    "KmsDataKeyReusePeriodSeconds": "300",
    "KmsMasterKeyId": "",
    "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "RedriveAllowPolicy": "",
    "RedrivePolicy": "",
    "SqsManagedSseEnabled": "true",
    "VisibilityTimeout": "30",
}
FIFO_ONLY = ("ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit")


def split(cloudformation_json):
    """The attributes and tags of a queue's properties."""
    properties = dict(cloudformation_json.get("Properties") or {})
    properties.pop("QueueName", None)
    return properties, tags_from_cloudformation_tags_list(properties.pop("Tags", []))


def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    attributes, tags = split(cloudformation_json)
    name = str(resource_name)[:80]
    if attributes.get("FifoQueue") in (True, "true") and not name.endswith(".fifo"):
        name = name[:75] + ".fifo"
    queue = sqs_backends[account_id][region_name].create_queue(name, tags, **attributes)
    queue.template_attributes = attributes
    return queue


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    attributes, tags = split(cloudformation_json)
    named = (cloudformation_json.get("Properties") or {}).get("QueueName")
    if named and named != original_resource.name:
        # Another name means another queue, as on AWS.
        queue = create(cls, named, cloudformation_json, account_id, region_name)
        delete(cls, original_resource.physical_resource_id, {}, account_id, region_name)
        return queue
    before = getattr(original_resource, "template_attributes", {})
    changed = {name: DEFAULTS[name] for name in before if name not in attributes and name in DEFAULTS}
    changed.update((name, value) for name, value in attributes.items() if name != "FifoQueue")
    original_resource.write(changed)
    retag(original_resource, tags)
    original_resource.template_attributes = attributes
    return original_resource


def retag(queue, tags):
    gone = [name for name in queue.tags if name not in tags]
    if gone:
        queue.backend.call("UntagQueue", QueueUrl=queue.url, TagKeys=gone)
    if tags:
        queue.backend.call("TagQueue", QueueUrl=queue.url, Tags=tags)


def delete(cls, resource_name, cloudformation_json, account_id, region_name):
    try:
        sqs_backends[account_id][region_name].delete_queue(resource_name.rsplit("/", 1)[-1])
    except QueueDoesNotExist:
        pass


class QueuePolicy(CloudFormationModel):
    """A policy that a template sets on queues; moto itself passes it over in silence."""

    def __init__(self, name, urls):
        self.physical_resource_id = name
        self.urls = urls

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "AWS::SQS::QueuePolicy"

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Id"

    def get_cfn_attribute(self, attribute_name):
        return self.physical_resource_id

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        properties = cloudformation_json["Properties"]
        policy = cls(resource_name, properties["Queues"])
        policy.write(json.dumps(properties["PolicyDocument"]), account_id, region_name)
        return policy

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource.write("", account_id, region_name)
        name = original_resource.physical_resource_id
        return cls.create_from_cloudformation_json(name, cloudformation_json, account_id, region_name)

    def delete(self, account_id, region_name):
        try:
            self.write("", account_id, region_name)
        except QueueDoesNotExist:
            pass

    def write(self, policy, account_id, region_name):
        for url in self.urls:
            sqs_backends[account_id][region_name].get_queue(url.rsplit("/", 1)[-1]).write({"Policy": policy})


class QueueInlinePolicy(CloudFormationModel):
    """A kind of policy that nothing here sets; said, where moto would pass it over in silence."""

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return "AWS::SQS::QueueInlinePolicy"

    @classmethod
    def create_from_cloudformation_json(cls, *_, **__):
        raise Unbridged("sqs", "AWS::SQS::QueueInlinePolicy of cloudformation")
