// The Firehose transform as it is usually written in Go: AWS's runtime and its event types, encoding/json with a
// typed attribute value. Numbers keep their text (json.Number).
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"sort"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type attribute struct {
	S    *string
	N    *json.Number
	B    *string
	BOOL *bool
	NULL *bool
	M    map[string]attribute
	L    []attribute
	SS   []string
	NS   []json.Number
	BS   []string
}

// The answer, as aws-lambda-go's own type always writes an otfMetadata, which is for Iceberg alone.
type answer struct {
	Records []answerRecord `json:"records"`
}

type answerRecord struct {
	RecordID string    `json:"recordId"`
	Result   string    `json:"result"`
	Data     []byte    `json:"data"`
	Metadata *metadata `json:"metadata,omitempty"`
}

type metadata struct {
	PartitionKeys map[string]string `json:"partitionKeys"`
}

type image map[string]attribute

type native struct {
	EventID      string `json:"eventID"`
	EventName    string `json:"eventName"`
	TableName    string `json:"tableName"`
	UserIdentity *struct {
		Type        string `json:"type"`
		PrincipalID string `json:"principalId"`
	} `json:"userIdentity"`
	DynamoDB *struct {
		ApproximateCreationDateTime json.Number
		Keys                        image
		NewImage                    image
		OldImage                    image
	} `json:"dynamodb"`
}

func (value attribute) plain() (any, error) {
	switch {
	case value.S != nil:
		return *value.S, nil
	case value.N != nil:
		return *value.N, nil
	case value.B != nil:
		return *value.B, nil
	case value.BOOL != nil:
		return *value.BOOL, nil
	case value.NULL != nil:
		return nil, nil
	case value.M != nil:
		return image(value.M).plain()
	case value.L != nil:
		list := make([]any, len(value.L))
		for i, item := range value.L {
			var err error
			if list[i], err = item.plain(); err != nil {
				return nil, err
			}
		}
		return list, nil
	case value.SS != nil:
		return value.SS, nil
	case value.NS != nil:
		return value.NS, nil
	case value.BS != nil:
		return value.BS, nil
	}
	return nil, errors.New("an attribute value of an unknown type")
}

func (attributes image) plain() (map[string]any, error) {
	members := make(map[string]any, len(attributes)+4)
	for name, value := range attributes {
		member, err := value.plain()
		if err != nil {
			return nil, err
		}
		members[name] = member
	}
	return members, nil
}

// Seconds, milliseconds or microseconds, told by the size -> milliseconds.
func eventTimeMs(number json.Number) (int64, error) {
	if whole, err := strconv.ParseInt(string(number), 10, 64); err == nil && whole >= 100_000_000_000 {
		if whole < 100_000_000_000_000 {
			return whole, nil
		}
		return whole / 1000, nil
	}
	seconds, err := strconv.ParseFloat(string(number), 64)
	return int64(math.Floor(seconds * 1000)), err
}

// A member gives way to an attribute of its name.
func put(line map[string]any, name string, value any) {
	if _, taken := line[name]; taken {
		name = "__" + name
	}
	line[name] = value
}

func transformRecord(data []byte) ([]byte, map[string]string, error) {
	var record native
	if err := json.Unmarshal(data, &record); err != nil {
		return nil, nil, err
	}
	if record.DynamoDB == nil {
		return nil, nil, errors.New("no DynamoDB record")
	}
	chosen := record.DynamoDB.NewImage
	if record.EventName == "REMOVE" {
		chosen = record.DynamoDB.OldImage
	}
	if chosen == nil {
		chosen = record.DynamoDB.Keys
	}
	line, err := chosen.plain()
	if err != nil {
		return nil, nil, err
	}
	timeMs, err := eventTimeMs(record.DynamoDB.ApproximateCreationDateTime)
	if err != nil {
		return nil, nil, err
	}
	who := record.UserIdentity
	put(line, "__operation", record.EventName)
	put(line, "__event_id", record.EventID)
	put(line, "__event_time_ms", timeMs)
	put(line, "__ttl_delete", who != nil && who.Type == "Service" && who.PrincipalID == "dynamodb.amazonaws.com")
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(line) // with the newline
	dt := time.UnixMilli(timeMs).UTC().Format("20060102")
	return text.Bytes(), map[string]string{"table": record.TableName, "dt": dt}, err
}

func transform(_ context.Context, event events.KinesisFirehoseEvent) (answer, error) {
	all := answer{Records: make([]answerRecord, 0, len(event.Records))}
	for _, record := range event.Records {
		done := answerRecord{
			RecordID: record.RecordID, Result: events.KinesisFirehoseTransformedStateProcessingFailed, Data: record.Data,
		}
		if line, keys, err := transformRecord(record.Data); err == nil {
			done.Result = events.KinesisFirehoseTransformedStateOk
			done.Data = line
			done.Metadata = &metadata{PartitionKeys: keys}
		}
		all.Records = append(all.Records, done)
	}
	return all, nil
}

// In process: the best and the median time of many runs in microseconds, from the bytes of the event in a file to
// those of the answer.
func measure(file string) error {
	event, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var runs []float64
	for begin := time.Now(); time.Since(begin) < 2*time.Second; {
		start := time.Now()
		var parsed events.KinesisFirehoseEvent
		if err := json.Unmarshal(event, &parsed); err != nil {
			return err
		}
		all, err := transform(context.Background(), parsed)
		if err != nil {
			return err
		}
		if _, err := json.Marshal(all); err != nil {
			return err
		}
		runs = append(runs, float64(time.Since(start).Nanoseconds())/1e3)
	}
	sort.Float64s(runs)
	fmt.Printf("%.1f %.1f\n", runs[0], runs[len(runs)/2])
	return nil
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == "--measure" {
		if err := measure(os.Args[2]); err != nil {
			log.Fatal(err)
		}
		return
	}
	lambda.Start(transform)
}
