# terraform init && terraform test: plans and applies against a mock of the provider, so that no account is needed. Zips of
# deploy/build stand in dist/.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-west-1" }
  }

  mock_resource "aws_s3_bucket" {
    defaults = { id = "lakefeed-lake", arn = "arn:aws:s3:::lakefeed-lake" }
  }
}

run "nothing" {
  assert {
    condition     = length(output.tables) == 0 && output.table_bucket_arn == null && output.glue_to_snowflake_function == null
    error_message = "Without tables there are no feeds, no table bucket and no mirror."
  }
}

run "an_existing_table" {
  variables {
    tables = {
      orders = {
        table_arn   = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
        stream_arn  = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
        export_type = "auto"
      }
    }
  }

  assert {
    condition = output.tables["orders"].functions == {
      table_export       = "lakefeed-orders-export"
      stream_to_kinesis  = "lakefeed-orders-forward"
      firehose_transform = "lakefeed-orders-transform"
    }
    error_message = "An export, a forwarder and a transformation, and no more."
  }

  assert {
    condition     = output.tables["orders"].lake_uri == "s3://lakefeed-lake/lake/orders/"
    error_message = "The lake keeps tables apart."
  }
}

# Planned only: what was applied could not be destroyed again, for the table bucket's table keeps its rows.
run "all_of_it_under_a_key" {
  command = plan

  variables {
    kms_key_arn        = "arn:aws:kms:eu-west-1:123456789012:key/0e2f3c4d-0000-4000-8000-000000000000"
    export_expiry_days = 90
    alarm_email        = "data-platform@example.com"
    iceberg            = { table_bucket_name = "lakefeed-tables" }
    glue_to_snowflake = {
      secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:snowflake-AbCdEf"
      events     = "cloudtrail"
    }
    snowflake_reader = {
      account_principal = "arn:aws:iam::210987654321:user/abc1-s"
      external_id       = "lakefeed"
    }
    tables = {
      "A.Name_that_is-longer.than.LAMBDA_lets-a-name.be" = {
        create           = { hash_key = "id", range_key = "at", range_key_type = "N", time_to_live_attribute = "expires" }
        export_type      = "full"
        kinesis_mode     = "PROVISIONED"
        kinesis_shards   = 2
        crawler_schedule = "cron(0/10 * * * ? *)"
        lake_columns     = [{ name = "id", type = "string" }]
        iceberg = {
          table       = "names"
          columns     = [{ name = "id", type = "string", required = true }, { name = "at", type = "long" }]
          unique_keys = ["id", "at"]
        }
      }
      native = {
        table_arn     = "arn:aws:dynamodb:eu-west-1:123456789012:table/native"
        change_feed   = "native"
        lake_delivery = false
      }
    }
  }

  assert {
    condition     = alltrue([for name in values(output.tables["A.Name_that_is-longer.than.LAMBDA_lets-a-name.be"].functions) : can(regex("^[A-Za-z0-9_-]{1,64}$", name))])
    error_message = "Lambda would not take the names."
  }

  assert {
    condition     = length(output.tables["A.Name_that_is-longer.than.LAMBDA_lets-a-name.be"].functions) == 4
    error_message = "The table bucket has a transformation of its own."
  }

  assert {
    condition     = length(output.tables["native"].functions) == 0
    error_message = "DynamoDB's own feed needs no function."
  }

  assert {
    condition     = length(output.dead_letter_queues) == 2
    error_message = "The schedules' queue and the events'."
  }
}

run "arns_that_are_not_known_yet" {
  command = plan

  module {
    source = "./tests/same_configuration"
  }

  assert {
    condition     = length(output.functions) == 3
    error_message = "What is made must not depend on what is known only after it was applied."
  }
}
