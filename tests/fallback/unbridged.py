"""What would need the native SQS and is not handed over to it is refused, by name."""

import json

from common import arn, client, refused

queue = client("sqs").create_queue(QueueName="q")["QueueUrl"]
refused(
    501, "NotImplemented", client("lambda").create_event_source_mapping, "lambda", "sqs",
    EventSourceArn=arn("sqs", "q"), FunctionName="f",
)
refused(
    501, "NotImplemented", client("pipes").create_pipe, "pipes", "sqs",
    Name="p", Source=arn("sqs", "q"), Target=arn("sqs", "q"), RoleArn="arn:aws:iam::123456789012:role/r",
)
state = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "End": True}
refused(
    501, "NotImplemented", client("stepfunctions").create_state_machine, "stepfunctions", "sqs",
    name="m", roleArn="arn:aws:iam::123456789012:role/r",
    definition=json.dumps({"StartAt": "a", "States": {"a": state}}),
)
# A template names the queue only by reference: moto's own use of it is what shows.
mapping = {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": "f"}
template = {
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
    }
}
refused(
    501, "NotImplemented", client("cloudformation").create_stack, "cloudformation", "sqs",
    StackName="s", TemplateBody=json.dumps(template),
)
