"""What moto's other services do to moto's SQS is done to the native one.

SNS, S3, EventBridge, CloudFormation and the tagging API reach queues through `sqs_backends`; each backend in it is
one that calls Standin's endpoint, in the account and region that the caller means. moto sends to the sender's own
account whatever account the queue's ARN names, and fails a publication whose queue is gone; both are put right.
"""

import json
import threading

NATIVE = "sqs"
PROVED_ON = ["5.2.5"]
REPLACES = {
    "moto.sqs.models:SQSBackend": "be9711cc21c9872e",
    "moto.sqs.models:Queue": "46e60a417fe755d5",
    "moto.core.base_backend:BackendDict": "c3bcd7ca8da56ee5",
    "moto.core.base_backend:AccountSpecificBackend": "378bfb562bdbbd0d",
    "moto.core.resource_tagging:iter_taggable_backends": "c278cec59a01e7ab",
    "moto.core.common_models:CloudFormationModel": "d352ef65325c6a03",
    "moto.sns.models:Subscription.publish": "175908ca87fb66c7",
    "moto.sns.models:SNSBackend.subscribe": "de7066431ecf455b",
    "moto.s3.notifications:send_event": "6130200e5bd5636f",
    "moto.s3.notifications:send_test_event": "e1915c6ef46ece20",
    "moto.events.models:Rule.send_to_targets": "8e7ba7ac1766c8af",
    "moto.events.models:Rule._send_to_sqs_queue": "01d2237ac8b77507",
    "moto.awslambda.models:LambdaBackend.create_event_source_mapping": "e129207fc4d04ec9",
}


def apply():
    replace_backends()
    stacks()
    topics()
    buckets()
    rules()
    functions()


def replace_backends():
    from moto.core.base_backend import BackendDict
    from moto.sqs.models import sqs_backends
    from standin_moto.queues import Queues

    class EveryAccount(BackendDict):
        """The native service has all accounts, used here before or not."""

        def __contains__(self, account):
            return True

    sqs_backends.backend = Queues
    sqs_backends.__class__ = EveryAccount
    sqs_backends.clear()
    BackendDict._instances.append(sqs_backends)


def stacks():
    from moto.sqs.models import Queue
    from standin_moto import stack_queues

    Queue.create_from_cloudformation_json = classmethod(stack_queues.create)
    Queue.update_from_cloudformation_json = classmethod(stack_queues.update)
    Queue.delete_from_cloudformation_json = classmethod(stack_queues.delete)


def queue_of(arn):
    """The account and region's queues, and the queue's name."""
    from moto.sqs.models import sqs_backends

    _, _, _, region, account, name = arn.split(":", 5)
    return sqs_backends[account][region], name


def topics():
    import moto.sns.models as sns

    real, publish, current = sns.sqs_backends, sns.Subscription.publish, threading.local()

    class Backends:
        """`sqs_backends` as SNS sees it: the subscription's own queue while one publishes."""

        def __getitem__(self, account):
            return getattr(current, "endpoint", None) or real[account]

    def published(self, *arguments, **named):
        current.endpoint = Endpoint(self) if self.protocol == "sqs" else None
        try:
            return publish(self, *arguments, **named)
        finally:
            current.endpoint = None

    sns.sqs_backends = Backends()
    sns.Subscription.publish = published


class Endpoint:
    """The queue of a subscription, and the one for what that doesn't take."""

    def __init__(self, subscription):
        self.subscription = subscription

    def __getitem__(self, _region):
        return self

    def send_message(self, _name, body, validate_group_id=True, **options):
        if self.deliver(self.subscription.endpoint, body, **options):
            return
        redrive = self.subscription.attributes.get("RedrivePolicy")
        if redrive:
            self.deliver(json.loads(redrive)["deadLetterTargetArn"], body, **options)

    def deliver(self, arn, body, deduplication_id=None, **options):
        queues, name = queue_of(arn)
        if name.endswith(".fifo"):
            options["deduplication_id"] = deduplication_id
        return queues.deliver(name, body, **options)


def buckets():
    from moto.s3 import notifications

    send_event, send_test_event = notifications.send_event, notifications.send_test_event

    def send(arn, body):
        queues, name = queue_of(arn)
        queues.deliver(name, json.dumps(body))

    def event(account_id, event_name, bucket, key):
        if bucket.notification_configuration is None:
            return
        for entry in bucket.notification_configuration.queue:
            if entry.matches(event_name, key.name):
                send(entry.arn, notifications._get_s3_event(event_name, bucket, key, entry.id))
        send_event(account_id, event_name, WithoutQueues(bucket), key)

    def test_event(account_id, bucket):
        for arn in sorted({entry.arn for entry in bucket.notification_configuration.queue}):
            send(arn, notifications._get_test_event(bucket.name))
        send_test_event(account_id, WithoutQueues(bucket))

    notifications.send_event = event
    notifications.send_test_event = test_event


class WithoutQueues:
    """A bucket, or its notification configuration, as if it told no queue."""

    queue = ()

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        value = getattr(self.real, name)
        return WithoutQueues(value) if name == "notification_configuration" else value


def rules():
    from moto.events.models import Rule

    send_to_targets = Rule.send_to_targets

    def targets(self, original_event, transform_input=True):
        for target in list(self.targets):
            send_to_targets(OneTarget(self, target), original_event, transform_input)

    Rule.send_to_targets = targets


class OneTarget:
    """A rule with one target, so that a queue is known by its whole ARN."""

    def __init__(self, rule, target):
        self.rule = rule
        self.targets = [target]

    def __getattr__(self, name):
        return getattr(self.rule, name)

    def _send_to_sqs_queue(self, _name, event, group_id=None):
        from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp

        if isinstance(event, dict) and "time" in event:
            event["time"] = iso_8601_datetime_without_milliseconds(utcfromtimestamp(float(event["time"])))
        queues, name = queue_of(self.targets[0]["Arn"])
        queues.deliver(name, json.dumps(event), group_id=group_id)


def functions():
    from moto.awslambda.models import LambdaBackend
    from standin_moto.failures import Unbridged

    create = LambdaBackend.create_event_source_mapping

    def checked(self, spec):
        if ":sqs:" in (spec.get("EventSourceArn") or ""):
            raise Unbridged("sqs", "an event source mapping of lambda")
        return create(self, spec)

    LambdaBackend.create_event_source_mapping = checked
