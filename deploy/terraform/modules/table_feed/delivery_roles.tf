# The roles of the two delivery streams. Firehose reads the Kinesis stream, calls the transformation and writes below its
# own prefixes.

locals {
  delivery_trust = {
    for name in ["lake", "iceberg"] : name => jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "firehose.amazonaws.com" }
        Condition = { StringEquals = {
          "aws:SourceAccount" = local.account
          "aws:SourceArn"     = "arn:${local.partition}:firehose:${local.region}:${local.account}:deliverystream/${local.prefix}-to-${name}"
        } }
      }]
    })
  }

  reads_changes = [{
    Sid      = "ReadChanges"
    Effect   = "Allow"
    Action   = ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"]
    Resource = local.change_stream_arn
  }]
  checks_bucket = [{
    Sid      = "CheckBucket"
    Effect   = "Allow"
    Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    Resource = var.bucket.arn
  }]
  uses_key = flatten([for key in var.kms_key_arn[*] : [
    {
      Sid      = "KeyOfBucket"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = key
      Condition = {
        StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" }
        StringLike   = { "kms:EncryptionContext:aws:s3:arn" = [var.bucket.arn, "${var.bucket.arn}/*"] }
      }
    },
    {
      Sid      = "KeyOfChangeStream"
      Effect   = "Allow"
      Action   = ["kms:Decrypt"]
      Resource = key
      Condition = { StringEquals = {
        "kms:ViaService"                        = "kinesis.${local.region}.${local.dns_suffix}"
        "kms:EncryptionContext:aws:kinesis:arn" = local.change_stream_arn
      } }
    },
  ]])
}

resource "aws_iam_role" "lake" {
  count = local.has_lake ? 1 : 0

  name                 = "${local.prefix}-to-lake"
  description          = "Delivers the changes of ${var.table_name} to the lake"
  assume_role_policy   = local.delivery_trust["lake"]
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "lake" {
  count = local.has_lake ? 1 : 0

  name = "delivery"
  role = aws_iam_role.lake[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.reads_changes, local.checks_bucket, local.uses_key, [
      {
        Sid    = "WriteObjects"
        Effect = "Allow"
        Action = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = [
          "${var.bucket.arn}/lake/${var.table_name}/*",
          "${var.bucket.arn}/firehose-errors/${var.table_name}/*",
        ]
      },
      {
        Sid      = "Transform"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"]
        Resource = [module.firehose_transform[0].arn, "${module.firehose_transform[0].arn}:$LATEST"]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = "logs:PutLogEvents"
        Resource = aws_cloudwatch_log_stream.lake[0].arn
      },
    ])
  })
}

resource "aws_iam_role" "iceberg" {
  count = local.has_iceberg ? 1 : 0

  name                 = "${local.prefix}-to-iceberg"
  description          = "Delivers the changes of ${var.table_name} to the table bucket"
  assume_role_policy   = local.delivery_trust["iceberg"]
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_role_policy" "iceberg" {
  count = local.has_iceberg ? 1 : 0

  name = "delivery"
  role = aws_iam_role.iceberg[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.reads_changes, local.checks_bucket, local.uses_key, [
      {
        Sid      = "WriteErrors"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = "${var.bucket.arn}/iceberg-errors/${var.table_name}/*"
      },
      {
        Sid      = "Transform"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"]
        Resource = [module.iceberg_transform[0].arn, "${module.iceberg_transform[0].arn}:$LATEST"]
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = "logs:PutLogEvents"
        Resource = aws_cloudwatch_log_stream.iceberg[0].arn
      },
      {
        Sid    = "Catalog"
        Effect = "Allow"
        Action = ["glue:GetTable", "glue:GetDatabase", "glue:UpdateTable"]
        Resource = [
          "arn:${local.partition}:glue:${local.region}:${local.account}:catalog",
          "arn:${local.partition}:glue:${local.region}:${local.account}:catalog/s3tablescatalog",
          "arn:${local.partition}:glue:${local.region}:${local.account}:catalog/${local.table_bucket_catalog}",
          "arn:${local.partition}:glue:${local.region}:${local.account}:database/${local.table_bucket_catalog}/${var.table_bucket.namespace}",
          "arn:${local.partition}:glue:${local.region}:${local.account}:table/${local.table_bucket_catalog}/${var.table_bucket.namespace}/${var.table.iceberg.table}",
          "arn:${local.partition}:glue:${local.region}:${local.account}:database/${var.table_bucket.namespace}",
          "arn:${local.partition}:glue:${local.region}:${local.account}:table/${var.table_bucket.namespace}/${var.table.iceberg.table}",
        ]
      },
      {
        # Where the integration goes by IAM; where it goes by Lake Formation, the next statement and the grants do.
        Sid    = "Rows"
        Effect = "Allow"
        Action = [
          "s3tables:GetTable", "s3tables:GetTableData", "s3tables:GetTableMetadataLocation",
          "s3tables:PutTableData", "s3tables:UpdateTableMetadataLocation",
        ]
        Resource = aws_s3tables_table.this[0].arn
      },
      {
        Sid      = "TableBucket"
        Effect   = "Allow"
        Action   = ["s3tables:GetNamespace", "s3tables:GetTableBucket"]
        Resource = var.table_bucket.arn
      },
      {
        # The action has no resource; the grants say upon what.
        Sid      = "Credentials"
        Effect   = "Allow"
        Action   = "lakeformation:GetDataAccess"
        Resource = "*"
      },
    ])
  })
}
