// A client by AWS's SDK for Go, for the end-to-end tests: a queue's message and an object's life.
//
// It takes endpoint, region and credentials from the environment, prints a line a step, and fails at the
// first answer that is not as expected. Uploads expect "100 Continue" (and don't wait for it), and what comes
// after an error, and after a HEAD whose answer names a length, must go over the same connection.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func main() {
	name := "jobs"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	if err := run(name); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string) error {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if err := queue(ctx, sqs.NewFromConfig(settings), name); err != nil {
		return err
	}
	return object(ctx, s3.NewFromConfig(settings, func(options *s3.Options) {
		options.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL") != ""
		options.ContinueHeaderThresholdBytes = 1
	}))
}

func queue(ctx context.Context, client *sqs.Client, name string) error {
	created, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		return err
	}
	address, err := url.Parse(*created.QueueUrl)
	if err != nil {
		return err
	}
	fmt.Println("queue", address.Path)
	send := sqs.SendMessageInput{QueueUrl: created.QueueUrl, MessageBody: aws.String("hello")}
	if _, err := client.SendMessage(ctx, &send); err != nil {
		return err
	}
	received, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: created.QueueUrl})
	if err != nil {
		return err
	}
	fmt.Println("received", *received.Messages[0].Body)
	_, err = client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("absent")})
	var absent *sqstypes.QueueDoesNotExist
	if !errors.As(err, &absent) {
		return fmt.Errorf("expected a missing queue, got %w", err)
	}
	fmt.Println("no such queue")
	return nil
}

func object(ctx context.Context, client *s3.Client) error {
	bucket, key := aws.String("bucket"), aws.String("a b/c")
	put := s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("hello")}
	if _, err := client.PutObject(ctx, &put); err != nil {
		return err
	}
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
	if err != nil {
		return err
	}
	fmt.Println("length", *head.ContentLength)
	kept, reused := follow(ctx)
	got, err := client.GetObject(kept, &s3.GetObjectInput{Bucket: bucket, Key: key})
	if err != nil {
		return err
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	fmt.Println("object", string(body), "reused", *reused)
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("absent")})
	var absent *s3types.NoSuchKey
	if !errors.As(err, &absent) {
		return fmt.Errorf("expected a missing key, got %w", err)
	}
	kept, reused = follow(ctx)
	if _, err := client.HeadObject(kept, &s3.HeadObjectInput{Bucket: bucket, Key: key}); err != nil {
		return err
	}
	fmt.Println("no such key, reused", *reused)
	return nil
}

// follow tells whether the next request goes over a connection that was used before.
func follow(ctx context.Context) (context.Context, *bool) {
	reused := new(bool)
	trace := httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { *reused = info.Reused }}
	return httptrace.WithClientTrace(ctx, &trace), reused
}
