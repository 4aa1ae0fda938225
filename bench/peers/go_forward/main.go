// The stream forwarder as it is usually written in Go: AWS's runtime, encoding/json with raw records and AWS's SDK
// (signed requests, plain HTTP). Requests of up to 500 records and 5 MiB go out up to eight at a time; only failed
// entries are sent again. Unlike lakefeed's, it does not keep two records of one key in order.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

const (
	recordsMax     = 500
	bytesMax       = 5 << 20
	requestsAtOnce = 8
	attemptsMax    = 10
)

type streamEvent struct {
	Records []json.RawMessage
}

type streamRecord struct {
	EventSourceARN string `json:"eventSourceARN"`
	DynamoDB       struct {
		Keys           map[string]map[string]string
		SequenceNumber string
	} `json:"dynamodb"`
}

type outgoing struct {
	sequenceNumber string
	entry          types.PutRecordsRequestEntry
}

type failure struct {
	ItemIdentifier string `json:"itemIdentifier"`
}

type answer struct {
	BatchItemFailures []failure `json:"batchItemFailures"`
}

// "2:id1:S2:o1": name, type and value of each key attribute by name, with their lengths, as SHA-256.
func partitionKey(keys map[string]map[string]string) string {
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	var canonical bytes.Buffer
	for _, name := range names {
		for tag, value := range keys[name] {
			fmt.Fprintf(&canonical, "%d:%s%d:%s%d:%s", len(name), name, len(tag), tag, len(value), value)
		}
	}
	digest := sha256.Sum256(canonical.Bytes())
	return hex.EncodeToString(digest[:])
}

func makeOutgoing(raw json.RawMessage) (outgoing, error) {
	var record streamRecord
	if err := json.Unmarshal(raw, &record); err != nil {
		return outgoing{}, err
	}
	parts := strings.Split(record.EventSourceARN, "/")
	if len(parts) < 2 || len(record.DynamoDB.Keys) == 0 {
		return outgoing{}, errors.New("no stream record")
	}
	data := make([]byte, 0, len(raw)+len(parts[1])+64)
	data = append(data, bytes.TrimRight(raw[:len(raw)-1], " \t\r\n")...)
	data = fmt.Appendf(data, `,"tableName":"%s","recordFormat":"application/json"}`, parts[1])
	return outgoing{
		sequenceNumber: record.DynamoDB.SequenceNumber,
		entry: types.PutRecordsRequestEntry{
			Data: data, PartitionKey: aws.String(partitionKey(record.DynamoDB.Keys)),
		},
	}, nil
}

func batches(records []outgoing) [][]outgoing {
	var made [][]outgoing
	begin, size := 0, 0
	for i, record := range records {
		more := len(record.entry.Data) + len(*record.entry.PartitionKey)
		if i-begin == recordsMax || size+more > bytesMax {
			made = append(made, records[begin:i])
			begin, size = i, 0
		}
		size += more
	}
	return append(made, records[begin:])
}

// What could not be stored.
func send(ctx context.Context, client *kinesis.Client, stream string, batch []outgoing) []outgoing {
	for attempt := 0; attempt < attemptsMax && len(batch) > 0; attempt++ {
		if attempt > 0 {
			time.Sleep(time.Duration(50<<attempt) * time.Millisecond)
		}
		entries := make([]types.PutRecordsRequestEntry, len(batch))
		for i, record := range batch {
			entries[i] = record.entry
		}
		result, err := client.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: &stream, Records: entries})
		if err != nil || len(result.Records) != len(batch) {
			return batch
		}
		var failed []outgoing
		for i, stored := range result.Records {
			if stored.SequenceNumber == nil {
				failed = append(failed, batch[i])
			}
		}
		batch = failed
	}
	return batch
}

func forward(ctx context.Context, client *kinesis.Client, stream string, event streamEvent) (answer, error) {
	records := make([]outgoing, 0, len(event.Records))
	for _, raw := range event.Records {
		record, err := makeOutgoing(raw)
		if err != nil {
			return answer{}, err
		}
		records = append(records, record)
	}
	made := batches(records)
	failed := make([][]outgoing, len(made))
	var running sync.WaitGroup
	slots := make(chan struct{}, requestsAtOnce)
	for i, batch := range made {
		running.Add(1)
		slots <- struct{}{}
		go func() {
			defer running.Done()
			failed[i] = send(ctx, client, stream, batch)
			<-slots
		}()
	}
	running.Wait()
	all := answer{BatchItemFailures: []failure{}}
	for _, record := range slices.Concat(failed...) {
		all.BatchItemFailures = append(all.BatchItemFailures, failure{record.sequenceNumber})
	}
	return all, nil
}

func main() {
	settings, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client := kinesis.NewFromConfig(settings)
	stream := os.Getenv("KINESIS_STREAM_NAME")
	lambda.Start(func(ctx context.Context, event streamEvent) (answer, error) {
		return forward(ctx, client, stream, event)
	})
}
