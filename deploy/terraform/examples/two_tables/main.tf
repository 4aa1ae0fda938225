# A table that exists, forwarded and exported, and a table that is made here and goes to the table bucket too.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.29.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "lakefeed" {
  source = "../.."

  name               = "shop"
  export_expiry_days = 90
  alarm_email        = "data-platform@example.com"

  tables = {
    orders = {
      table_arn       = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
      stream_arn      = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
      export_type     = "auto"
      export_schedule = "cron(15 * * * ? *)"
      lake_columns = [
        { name = "orderid", type = "string" },
        { name = "total", type = "decimal(38,2)" },
        { name = "__operation", type = "string" },
        { name = "__sequence_number", type = "string" },
      ]
    }

    customers = {
      create      = { hash_key = "id", time_to_live_attribute = "expires" }
      export_type = "full"
      iceberg = {
        table       = "customers"
        unique_keys = ["id"]
        columns = [
          { name = "id", type = "string", required = true },
          { name = "name", type = "string" },
          { name = "balance", type = "decimal(38,2)" },
        ]
      }
    }
  }

  iceberg = { table_bucket_name = "shop-tables-123456789012" }

  glue_to_snowflake = { secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:snowflake/lakefeed-AbCdEf" }
}

output "lake" {
  description = "The lake bucket."
  value       = module.lakefeed.bucket
}
