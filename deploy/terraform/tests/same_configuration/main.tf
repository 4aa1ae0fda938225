# A table and a key that are made in the same configuration: their ARNs are not known while Terraform plans.

terraform {
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.29.0, < 7.0.0"
    }
  }
}

resource "aws_dynamodb_table" "orders" {
  name           = "orders"
  billing_mode   = "PAY_PER_REQUEST"
  hash_key       = "id"
  stream_enabled = true

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_kms_key" "lake" {
  description         = "The lake"
  enable_key_rotation = true
}

module "lakefeed" {
  source = "../.."

  kms_key_arn = aws_kms_key.lake.arn

  tables = {
    orders = {
      table_arn   = aws_dynamodb_table.orders.arn
      stream_arn  = aws_dynamodb_table.orders.stream_arn
      export_type = "auto"
    }
  }
}

output "functions" {
  description = "The feed's functions."
  value       = module.lakefeed.tables["orders"].functions
}
