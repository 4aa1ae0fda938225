variable "name" {
  description = "What the names of this feed begin with, at most 20 characters."
  type        = string
}

variable "table_name" {
  description = "The DynamoDB table's name."
  type        = string
}

variable "table" {
  description = "What the feed does: an entry of the root module's tables, which holds the defaults and the checks."
  type = object({
    table_arn  = string
    stream_arn = string
    create = object({
      hash_key               = string
      hash_key_type          = string
      range_key              = string
      range_key_type         = string
      time_to_live_attribute = string
      deletion_protection    = bool
    })

    export_type        = string
    export_schedule    = string
    export_time_zone   = string
    export_alarm_hours = number

    change_feed             = string
    starting_position       = string
    batch_size              = number
    parallelization_factor  = number
    retry_attempts          = number
    record_age_seconds      = number
    kinesis_mode            = string
    kinesis_shards          = number
    kinesis_retention_hours = number

    lake_delivery       = bool
    lake_buffer_mb      = number
    lake_buffer_seconds = number
    glue_tables         = bool
    lake_columns        = list(object({ name = string, type = string }))
    lake_from           = string
    crawler_schedule    = string

    iceberg = object({
      table       = string
      columns     = list(object({ name = string, type = string, required = bool }))
      unique_keys = list(string)
      settings    = map(string)
    })
  })
}

variable "functions" {
  description = "Sizes and settings, as the root module's variable functions."
  type = map(object({
    memory_mb            = number
    timeout_seconds      = number
    reserved_concurrency = number
    settings             = map(string)
  }))
}

variable "package_directory" {
  description = "The folder with FUNCTION-ARCHITECTURE.zip."
  type        = string
}

variable "policy_directory" {
  description = "The folder with FUNCTION.json.tftpl."
  type        = string
}

variable "architecture" {
  description = "x86_64 or arm64."
  type        = string
}

variable "bucket" {
  description = "The lake bucket."
  type        = object({ name = string, arn = string })
}

variable "glue_database" {
  description = "The Glue database of the lake's tables."
  type        = string
}

variable "table_bucket" {
  description = "The table bucket and its namespace; null: none."
  type = object({
    arn            = string
    name           = string
    namespace      = string
    lake_formation = bool
  })
}

variable "schedules" {
  description = "The schedule group, and the queue for scheduled calls that failed."
  type = object({
    group_name       = string
    group_arn        = string
    dead_letters_arn = string
  })
}

variable "logs" {
  description = "Retention and level of the logs."
  type = object({
    retention_days = number
    level          = string
  })
}

variable "tracing" {
  description = "Whether X-Ray traces the functions."
  type        = bool
}

variable "kms_key_arn" {
  description = "The key of all; null: the services' own."
  type        = string
}

variable "alarm_actions" {
  description = "Where alarms go; null: no alarms."
  type        = list(string)
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of the roles; null: none."
  type        = string
}

variable "tags" {
  description = "Tags of all."
  type        = map(string)
}
