import java.net.URI;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * A client by AWS's SDK for Java, for the end-to-end tests: a queue's message and an object's life.
 *
 * <p>It takes endpoint, region and credentials from the environment, prints a line a step, and fails at the first
 * answer that is not as expected. The SDK itself compares the MD5s of SQS. Uploads wait for "100 Continue", and one
 * connection has to do for all.
 */
public final class Client {
    private static final String BUCKET = "bucket";
    private static final String KEY = "a b/c";

    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "jobs";
        boolean pathStyle = System.getenv("AWS_ENDPOINT_URL") != null;
        var http = ApacheHttpClient.builder().maxConnections(1).expectContinueEnabled(true).build();
        try (var sqs = SqsClient.builder().httpClient(http).build();
                var s3 = S3Client.builder().httpClient(http).forcePathStyle(pathStyle).build()) {
            queue(sqs, name);
            object(s3);
        }
    }

    private static void queue(SqsClient sqs, String name) {
        String url = sqs.createQueue(request -> request.queueName(name)).queueUrl();
        System.out.println("queue " + URI.create(url).getPath());
        sqs.sendMessage(request -> request.queueUrl(url).messageBody("hello"));
        var received = sqs.receiveMessage(request -> request.queueUrl(url));
        System.out.println("received " + received.messages().get(0).body());
        try {
            sqs.getQueueUrl(request -> request.queueName("absent"));
            throw new IllegalStateException("the queue should be missing");
        } catch (QueueDoesNotExistException expected) {
            System.out.println("no such queue");
        }
    }

    private static void object(S3Client s3) {
        s3.putObject(request -> request.bucket(BUCKET).key(KEY), RequestBody.fromString("hello"));
        var head = s3.headObject(request -> request.bucket(BUCKET).key(KEY));
        System.out.println("length " + head.contentLength());
        var got = s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(KEY));
        System.out.println("object " + got.asUtf8String());
        try {
            s3.getObjectAsBytes(request -> request.bucket(BUCKET).key("absent"));
            throw new IllegalStateException("the key should be missing");
        } catch (NoSuchKeyException expected) {
            System.out.println("no such key");
        }
        s3.headObject(request -> request.bucket(BUCKET).key(KEY));
    }
}
