output "bucket" {
  description = "The lake bucket's name."
  value       = aws_s3_bucket.lake.id
}

output "glue_database" {
  description = "The Glue database of the lake's tables."
  value       = aws_glue_catalog_database.lake.name
}

output "tables" {
  description = "Of each table: table_arn, change_stream_arn, functions, delivery_streams and lake_uri."
  value       = module.table_feed
}

output "table_bucket_arn" {
  description = "The table bucket's ARN; null: none."
  value       = one(aws_s3tables_table_bucket.lake[*].arn)
}

output "glue_to_snowflake_function" {
  description = "The function's name; null: none."
  value       = one([for function in module.glue_to_snowflake : function.name])
}

output "snowflake_reader_role_arn" {
  description = "STORAGE_AWS_ROLE_ARN of Snowflake's storage integration; null: none."
  value       = one(aws_iam_role.snowflake_reader[*].arn)
}

output "alarm_topic_arn" {
  description = "The topic of all alarms; null: none."
  value       = one(aws_sns_topic.alarms[*].arn)
}

output "dead_letter_queues" {
  description = "URLs of the queues of what failed for good."
  value       = concat([aws_sqs_queue.schedule_dead_letters.url], [for queue in aws_sqs_queue.glue_event_dead_letters : queue.url])
}
