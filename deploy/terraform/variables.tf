variable "name" {
  description = "What the names of all resources begin with. Two copies in one account need two names, for roles are of the whole account."
  type        = string
  default     = "lakefeed"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.name))
    error_message = "name takes 1 to 20 of a-z, 0-9 and the hyphen, a letter first: names of Lambda, IAM and Firehose end at 64 characters."
  }
}

variable "architecture" {
  description = "Of the zips and the functions: x86_64 or arm64."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture is x86_64 or arm64."
  }
}

variable "package_directory" {
  description = "The folder with FUNCTION-ARCHITECTURE.zip, as deploy/build leaves them. null: dist/ of this repository."
  type        = string
  default     = null
}

variable "kms_key_arn" {
  description = "The key for bucket, streams, queues, topic, logs and settings. Its policy must let these services use it. null: the services' own keys."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is a key's ARN (arn:aws:kms:REGION:ACCOUNT:key/ID), no alias: policies name the key."
  }
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of all roles. null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn is a policy's ARN."
  }
}

variable "bucket_name" {
  description = "The lake bucket's name. null: NAME-lake-ACCOUNT-REGION."
  type        = string
  default     = null

  validation {
    condition     = var.bucket_name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket_name))
    error_message = "bucket_name takes 3 to 63 of a-z, 0-9 and the hyphen (no dots: TLS names would not match)."
  }
}

variable "force_destroy" {
  description = "Whether `terraform destroy` may delete the lake bucket and the table bucket with all that is in them."
  type        = bool
  default     = false
}

variable "export_expiry_days" {
  description = "After how many days objects below exports/ are deleted. null: never."
  type        = number
  default     = null

  validation {
    condition     = var.export_expiry_days == null || try(var.export_expiry_days >= 1 && floor(var.export_expiry_days) == var.export_expiry_days, false)
    error_message = "export_expiry_days is a whole number of days, 1 or more, or null."
  }
}

variable "log_retention_days" {
  description = "How long log groups keep what is in them."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of CloudWatch Logs' own: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "log_level" {
  description = "Of the functions' logs: TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level is TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces the functions."
  type        = bool
  default     = false
}

variable "tables" {
  description = "The source tables: the key is the DynamoDB table's name. README.md explains each member."
  type = map(object({
    table_arn  = optional(string)
    stream_arn = optional(string)
    create = optional(object({
      hash_key               = string
      hash_key_type          = optional(string, "S")
      range_key              = optional(string)
      range_key_type         = optional(string, "S")
      time_to_live_attribute = optional(string)
      deletion_protection    = optional(bool, true)
    }))

    export_type        = optional(string, "none")
    export_schedule    = optional(string, "cron(0 1 * * ? *)")
    export_time_zone   = optional(string, "UTC")
    export_alarm_hours = optional(number, 48)

    change_feed             = optional(string, "lambda")
    starting_position       = optional(string, "TRIM_HORIZON")
    batch_size              = optional(number, 1000)
    parallelization_factor  = optional(number, 1)
    retry_attempts          = optional(number, -1)
    record_age_seconds      = optional(number, 79200)
    kinesis_mode            = optional(string, "ON_DEMAND")
    kinesis_shards          = optional(number, 1)
    kinesis_retention_hours = optional(number, 168)

    lake_delivery       = optional(bool, true)
    lake_buffer_mb      = optional(number, 64)
    lake_buffer_seconds = optional(number, 300)
    glue_tables         = optional(bool, true)
    lake_columns        = optional(list(object({ name = string, type = string })), [])
    lake_from           = optional(string, "20260101")
    crawler_schedule    = optional(string)

    iceberg = optional(object({
      table       = string
      columns     = list(object({ name = string, type = string, required = optional(bool, false) }))
      unique_keys = list(string)
      settings    = optional(map(string), {})
    }))
  }))
  default = {}

  validation {
    condition     = alltrue([for name in keys(var.tables) : can(regex("^[A-Za-z0-9_.-]{3,119}$", name))])
    error_message = "tables: a key is a DynamoDB table's name, at most 119 characters, since the Kinesis stream is called DYNAMODB-TABLE."
  }

  validation {
    condition     = length(distinct([for name in keys(var.tables) : lower(replace(name, "/[.-]/", "_"))])) == length(var.tables)
    error_message = "tables: two names differ only in case, dots, hyphens or underscores; their functions and Glue tables would have one name. Use two copies of this module."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : (table.create == null) != (table.table_arn == null)])
    error_message = "tables: give each table either table_arn (it exists) or create (it is made here)."
  }

  validation {
    condition     = alltrue([for name, table in var.tables : try(endswith(table.table_arn, ":table/${name}"), true) || table.table_arn == null])
    error_message = "tables: the key must be the name that table_arn ends in."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.change_feed != "lambda" || table.create != null || table.stream_arn != null])
    error_message = "tables: an existing table with change_feed \"lambda\" needs its stream_arn; turn its stream on with NEW_AND_OLD_IMAGES."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : contains(["none", "full", "incremental", "auto"], table.export_type)])
    error_message = "tables: export_type is none, full, incremental or auto."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.export_alarm_hours >= 1 && table.export_alarm_hours <= 168])
    error_message = "tables: export_alarm_hours is 1 to 168, since an alarm looks back a week at most."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : contains(["none", "lambda", "native"], table.change_feed)])
    error_message = "tables: change_feed is none, lambda (stream_to_kinesis) or native (DynamoDB's own feed to Kinesis)."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : contains(["TRIM_HORIZON", "LATEST"], table.starting_position)])
    error_message = "tables: starting_position is TRIM_HORIZON or LATEST (which may miss what is written while the mapping is made)."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.batch_size >= 1 && table.batch_size <= 10000 &&
    table.parallelization_factor >= 1 && table.parallelization_factor <= 10])
    error_message = "tables: batch_size is 1 to 10000, parallelization_factor 1 to 10."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.retry_attempts >= -1 && table.retry_attempts <= 10000 &&
    table.record_age_seconds >= 60 && table.record_age_seconds <= 82800])
    error_message = "tables: retry_attempts is -1 (until a record is too old) to 10000, record_age_seconds 60 to 82800: a stream forgets after 24 hours, so what is older must have gone to the bucket before."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : contains(["ON_DEMAND", "PROVISIONED"], table.kinesis_mode) && table.kinesis_shards >= 1])
    error_message = "tables: kinesis_mode is ON_DEMAND or PROVISIONED, with one kinesis_shards or more."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.kinesis_retention_hours >= 24 && table.kinesis_retention_hours <= 8760])
    error_message = "tables: kinesis_retention_hours is 24 to 8760."
  }

  validation {
    condition = alltrue([for table in values(var.tables) : table.lake_buffer_mb >= 64 && table.lake_buffer_mb <= 128 &&
    table.lake_buffer_seconds >= 60 && table.lake_buffer_seconds <= 900])
    error_message = "tables: lake_buffer_mb is 64 to 128 (dynamic partitioning takes no less), lake_buffer_seconds 60 to 900."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : can(regex("^[0-9]{8}$", table.lake_from))])
    error_message = "tables: lake_from is the first day of the lake, as 20260101."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.iceberg == null || table.change_feed != "none"])
    error_message = "tables: iceberg needs a change_feed."
  }

  validation {
    condition     = alltrue([for table in values(var.tables) : table.iceberg == null || var.iceberg != null])
    error_message = "tables: iceberg needs the variable iceberg, the table bucket."
  }

  validation {
    condition = alltrue(flatten([for table in values(var.tables) : [
      can(regex("^[a-z0-9][a-z0-9_]{0,254}$", table.iceberg.table)), length(table.iceberg.unique_keys) > 0,
      [for column in table.iceberg.columns : can(regex("^[a-z0-9_]+$", column.name))],
    [for key in table.iceberg.unique_keys : contains([for column in table.iceberg.columns : column.name], key)]] if table.iceberg != null]))
    error_message = "tables: in iceberg, names take a-z, 0-9 and _, and unique_keys name columns, one at least: the DynamoDB key, by which updates and deletes find their row."
  }

  validation {
    condition = alltrue(flatten([for table in values(var.tables) : table.create == null ? [true] : [
    contains(["S", "N", "B"], table.create.hash_key_type), contains(["S", "N", "B"], table.create.range_key_type)]]))
    error_message = "tables: in create, hash_key_type and range_key_type are S, N or B."
  }
}

variable "functions" {
  description = "Memory, timeout, reserved concurrency (-1: none reserved) and further settings (the environment, see the repository's README.md) of each function. Settings that this module makes itself win."
  type = object({
    table_export = optional(object({
      memory_mb            = optional(number, 256)
      timeout_seconds      = optional(number, 300)
      reserved_concurrency = optional(number, 1)
      settings             = optional(map(string), {})
    }), {})
    stream_to_kinesis = optional(object({
      memory_mb            = optional(number, 256)
      timeout_seconds      = optional(number, 60)
      reserved_concurrency = optional(number, -1)
      settings             = optional(map(string), {})
    }), {})
    firehose_transform = optional(object({
      memory_mb            = optional(number, 256)
      timeout_seconds      = optional(number, 60)
      reserved_concurrency = optional(number, -1)
      settings             = optional(map(string), {})
    }), {})
    glue_to_snowflake = optional(object({
      memory_mb            = optional(number, 256)
      timeout_seconds      = optional(number, 180)
      reserved_concurrency = optional(number, -1)
      settings             = optional(map(string), {})
    }), {})
  })
  default = {}

  validation {
    condition     = alltrue([for function in values(var.functions) : function.memory_mb >= 128 && function.memory_mb <= 10240])
    error_message = "functions: memory_mb is 128 to 10240."
  }

  validation {
    condition     = alltrue([for function in values(var.functions) : function.timeout_seconds >= 1 && function.timeout_seconds <= 900])
    error_message = "functions: timeout_seconds is 1 to 900."
  }

  validation {
    condition     = var.functions.firehose_transform.timeout_seconds <= 300
    error_message = "functions: Firehose waits five minutes for firehose_transform, so timeout_seconds is at most 300."
  }

  validation {
    condition     = alltrue([for function in values(var.functions) : function.reserved_concurrency == -1 || function.reserved_concurrency >= 1])
    error_message = "functions: reserved_concurrency is -1 (none reserved) or 1 and more; 0 would stop the function."
  }
}

variable "iceberg" {
  description = "The table bucket and the namespace for tables with iceberg. lake_formation: whether the delivery roles get Lake Formation's grants too. null: no table bucket."
  type = object({
    table_bucket_name = string
    namespace         = optional(string, "lake")
    lake_formation    = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.iceberg == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.iceberg.table_bucket_name))
    error_message = "iceberg: table_bucket_name takes 3 to 63 of a-z, 0-9 and the hyphen."
  }

  validation {
    condition     = var.iceberg == null || can(regex("^[a-z0-9][a-z0-9_]{0,254}$", var.iceberg.namespace))
    error_message = "iceberg: namespace takes a-z, 0-9 and _."
  }
}

variable "glue_to_snowflake" {
  description = "Keeps tables in Snowflake in step with the Glue Data Catalog. events: native (Glue's own) or cloudtrail. null: without it."
  type = object({
    secret_arn             = string
    events                 = optional(string, "native")
    reconcile_schedule     = optional(string, "cron(30 3 * * ? *)")
    reconcile_time_zone    = optional(string, "UTC")
    sync_lag_alarm_minutes = optional(number, 15)
  })
  default = null

  validation {
    condition     = var.glue_to_snowflake == null || can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$", var.glue_to_snowflake.secret_arn))
    error_message = "glue_to_snowflake: secret_arn is the secret's whole ARN, with the six characters at its end."
  }

  validation {
    condition     = var.glue_to_snowflake == null || contains(["native", "cloudtrail"], try(var.glue_to_snowflake.events, ""))
    error_message = "glue_to_snowflake: events is native or cloudtrail."
  }
}

variable "snowflake_reader" {
  description = "Makes the role with which Snowflake reads the lake: the two values that DESC INTEGRATION tells. null: no role."
  type = object({
    account_principal = string
    external_id       = string
  })
  default = null

  validation {
    condition     = var.snowflake_reader == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:(user|role)/.+$", var.snowflake_reader.account_principal))
    error_message = "snowflake_reader: account_principal is STORAGE_AWS_IAM_USER_ARN of DESC INTEGRATION."
  }

  validation {
    condition     = var.snowflake_reader == null || try(length(var.snowflake_reader.external_id) >= 2, false)
    error_message = "snowflake_reader: external_id is STORAGE_AWS_EXTERNAL_ID of DESC INTEGRATION."
  }
}

variable "alarms" {
  description = "Whether the alarms and their topic are made."
  type        = bool
  default     = true
}

variable "alarm_email" {
  description = "Who is written to when an alarm fires; AWS asks that address first. null: subscribe to the topic yourself."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+$", var.alarm_email))
    error_message = "alarm_email is an address, or null."
  }
}

variable "tags" {
  description = "Tags of all resources that take them."
  type        = map(string)
  default     = {}
}
