# The lake in the Glue Data Catalog: TABLE_changes, whose days are projected, so that no crawler is needed, and
# TABLE_snapshot, which `lakefeed backfill` fills. Without columns each line is one text, and no digit is lost: such are the
# tables that deploy/sql/newest_state.athena.sql reads. A crawler by choice.

locals {
  has_glue_tables = local.has_lake && var.table.glue_tables
  has_crawler     = local.has_lake && var.table.crawler_schedule != null
  has_columns     = length(var.table.lake_columns) > 0

  glue_name    = lower(replace(var.table_name, "/[.-]/", "_"))
  lake_uri     = "s3://${var.bucket.name}/lake/${var.table_name}/"
  lake_columns = concat(var.table.lake_columns, [for name in ["line"] : { name = name, type = "string" } if !local.has_columns])
  lake_format  = { classification = local.has_columns ? "json" : "csv", compressionType = "gzip", EXTERNAL = "TRUE" }

  lake_serde = {
    library = local.has_columns ? "org.openx.data.jsonserde.JsonSerDe" : "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    parameters = { for name, value in {
      "ignore.malformed.json" = local.has_columns ? "false" : null
      "field.delim"           = local.has_columns ? null : "\u0001"
      "serialization.format"  = local.has_columns ? null : "\u0001"
    } : name => value if value != null }
  }

  glue_tables = { for name, table in {
    changes = {
      description = "Changes of the DynamoDB table ${var.table_name}, a line each"
      location    = local.lake_uri
      keys        = ["dt"]
      parameters = merge(local.lake_format, {
        "projection.enabled"   = "true"
        "projection.dt.type"   = "date"
        "projection.dt.format" = "yyyyMMdd"
        "projection.dt.range"  = "${var.table.lake_from},NOW"
      })
    }
    snapshot = {
      description = "What exports of the DynamoDB table ${var.table_name} held, a line for each item"
      location    = "${local.lake_uri}dt=00000000/"
      keys        = []
      parameters  = local.lake_format
    }
  } : name => table if local.has_glue_tables }
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.glue_tables

  name          = "${local.glue_name}_${each.key}"
  database_name = var.glue_database
  description   = each.value.description
  table_type    = "EXTERNAL_TABLE"
  parameters    = each.value.parameters

  dynamic "partition_keys" {
    for_each = each.value.keys

    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = each.value.location
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    compressed    = true

    ser_de_info {
      serialization_library = local.lake_serde.library
      parameters            = local.lake_serde.parameters
    }

    dynamic "columns" {
      for_each = local.lake_columns

      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}

resource "aws_glue_crawler" "lake" {
  count = local.has_crawler ? 1 : 0

  name          = "${local.prefix}-crawler"
  description   = "Finds columns and days of the lake of ${var.table_name}"
  database_name = var.glue_database
  role          = aws_iam_role.crawler[0].arn
  schedule      = var.table.crawler_schedule
  table_prefix  = "crawled_"
  tags          = var.tags

  s3_target {
    path = local.lake_uri
  }

  recrawl_policy {
    recrawl_behavior = "CRAWL_NEW_FOLDERS_ONLY"
  }

  # What "new folders only" asks for.
  schema_change_policy {
    delete_behavior = "LOG"
    update_behavior = "LOG"
  }

  configuration = jsonencode({
    Version  = 1.0
    Grouping = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })

  depends_on = [aws_iam_role_policy.crawler]
}

resource "aws_iam_role" "crawler" {
  count = local.has_crawler ? 1 : 0

  name                 = "${local.prefix}-crawler"
  description          = "Reads the lake of ${var.table_name} for its crawler"
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "glue.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:SourceAccount" = local.account
        "aws:SourceArn"     = "arn:${local.partition}:glue:${local.region}:${local.account}:crawler/${local.prefix}-crawler"
      } }
    }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  count = local.has_crawler ? 1 : 0

  name = "crawl"
  role = aws_iam_role.crawler[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadLake"
          Effect   = "Allow"
          Action   = "s3:GetObject"
          Resource = "${var.bucket.arn}/lake/${var.table_name}/*"
        },
        {
          Sid      = "ListLake"
          Effect   = "Allow"
          Action   = ["s3:GetBucketLocation", "s3:ListBucket"]
          Resource = var.bucket.arn
        },
        {
          Sid    = "Catalog"
          Effect = "Allow"
          Action = [
            "glue:BatchCreatePartition", "glue:BatchGetPartition", "glue:CreatePartition", "glue:CreateTable", "glue:GetDatabase",
            "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables", "glue:UpdatePartition", "glue:UpdateTable",
          ]
          Resource = [
            "arn:${local.partition}:glue:${local.region}:${local.account}:catalog",
            "arn:${local.partition}:glue:${local.region}:${local.account}:database/${var.glue_database}",
            "arn:${local.partition}:glue:${local.region}:${local.account}:table/${var.glue_database}/crawled_*",
          ]
        },
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers*"
        },
      ],
      [for key in var.kms_key_arn[*] : {
        Sid       = "Key"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = key
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" } }
      }],
    )
  })
}
