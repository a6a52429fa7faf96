"""moto's SQS backend, with the queues where they are: in the native SQS.

Has what moto's other services use of the backend. Anything else that one of them asks for is unbridged, and said.
"""

import json
import sys

from moto.core.base_backend import BaseBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource
from moto.sqs import exceptions
from moto.sqs.models import Queue
from moto.utilities.utils import get_partition

from standin_moto import native
from standin_moto.failures import Unbridged

# The names of a missing queue, in the json and the query protocols.
MISSING = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")


class Queues(BaseBackend, TaggableResourcesMixin):
    """The queues of one account and region."""

    SERVICE_NAMESPACE = "sqs"

    def __getattr__(self, name):
        raise Unbridged("sqs", f"moto's use of {name!r} of its queues")

    def reset(self):
        """Queues are the native service's to reset."""

    def call(self, operation, **members):
        scope = (self.account_id, self.region_name)
        try:
            return native.call_json("sqs", "AmazonSQS", operation, members, scope)
        except native.NativeError as error:
            if error.code in MISSING:
                raise exceptions.QueueDoesNotExist() from error
            raise exceptions.SQSException(error.code, error.message) from error

    @property
    def queues(self):
        return {queue.name: queue for queue in self.list_queues("")}

    def list_queues(self, queue_name_prefix):
        members, found = {"MaxResults": 1000}, []
        if queue_name_prefix:
            members["QueueNamePrefix"] = queue_name_prefix
        while True:
            page = self.call("ListQueues", **members)
            found += [NativeQueue(self, url) for url in page.get("QueueUrls", [])]
            if not page.get("NextToken"):
                return found
            members["NextToken"] = page["NextToken"]

    def get_queue(self, queue_name):
        return NativeQueue(self, self.call("GetQueueUrl", QueueName=queue_name)["QueueUrl"])

    get_queue_url = get_queue

    def create_queue(self, name, tags=None, region=None, **attributes):
        members = {"QueueName": name}
        if attributes:
            members["Attributes"] = texts(attributes)
        if tags:
            members["tags"] = tags
        return NativeQueue(self, self.call("CreateQueue", **members)["QueueUrl"])

    def delete_queue(self, queue_name):
        self.call("DeleteQueue", QueueUrl=self.get_queue(queue_name).url)

    def get_queue_attributes(self, queue_name, attribute_names):
        return self.get_queue(queue_name).read(attribute_names)

    def set_queue_attributes(self, queue_name, attributes):
        queue = self.get_queue(queue_name)
        queue.write(attributes)
        return queue

    def send_message(self, queue_name, message_body, message_attributes=None, delay_seconds=None,
                     deduplication_id=None, group_id=None, system_attributes=None, validate_group_id=True):
        members = {"QueueUrl": self.get_queue(queue_name).url, "MessageBody": message_body}
        optional = {
            "MessageAttributes": message_attributes,
            "DelaySeconds": delay_seconds,
            "MessageDeduplicationId": deduplication_id,
            "MessageGroupId": group_id,
            "MessageSystemAttributes": system_attributes,
        }
        members.update((name, value) for name, value in optional.items() if value is not None and value != {})
        return self.call("SendMessage", **members)

    def deliver(self, queue_name, message_body, **options):
        """Sends as services do that don't hear of failures: what the queue refuses is dropped, and said."""
        try:
            self.send_message(queue_name, message_body, **options)
            return True
        except exceptions.SQSException as error:
            print(f"a message to the queue {queue_name} was dropped: {error.message}", file=sys.stderr)
            return False

    def iter_tagged_resources(self):
        for queue in self.list_queues(""):
            yield TaggedResource(arn=queue.queue_arn, tags=queue.tags, resource_type="sqs:queue")

    def tag_resource(self, arn, tags):
        self.call("TagQueue", QueueUrl=self.get_queue(arn.split(":")[-1]).url, Tags=tags)

    def untag_resource(self, arn, tag_keys):
        self.call("UntagQueue", QueueUrl=self.get_queue(arn.split(":")[-1]).url, TagKeys=tag_keys)


class NativeQueue(Queue):
    """A queue of the native SQS, as moto's CloudFormation and others look at one."""

    def __init__(self, backend, url):
        self.backend = backend
        self.url = url
        self._name = url.rsplit("/", 1)[-1]
        self.account_id, self.region = backend.account_id, backend.region_name
        self.queue_arn = f"arn:{get_partition(self.region)}:sqs:{self.region}:{self.account_id}:{self._name}"
        self.fifo_queue = self._name.endswith(".fifo")
        self.lambda_event_source_mappings = {}

    @property
    def physical_resource_id(self):
        return self.url

    @property
    def attributes(self):
        return self.read(["All"])

    @property
    def tags(self):
        return self.backend.call("ListQueueTags", QueueUrl=self.url).get("Tags", {})

    def read(self, names):
        return self.backend.call("GetQueueAttributes", QueueUrl=self.url, AttributeNames=names).get("Attributes", {})

    def write(self, attributes):
        if attributes:
            self.backend.call("SetQueueAttributes", QueueUrl=self.url, Attributes=texts(attributes))


def texts(attributes):
    """Attributes as SQS takes them: all as text, structures as JSON."""
    return {name: text(value) for name, value in attributes.items() if value is not None}


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
