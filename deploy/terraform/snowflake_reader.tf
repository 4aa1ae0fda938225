# The role that Snowflake's storage integration takes: it reads the lake and nothing else.

resource "aws_iam_role" "snowflake_reader" {
  count = var.snowflake_reader == null ? 0 : 1

  name                 = "${var.name}-snowflake-reader"
  description          = "Lets Snowflake read s3://${aws_s3_bucket.lake.id}/lake/"
  tags                 = var.tags
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = var.snowflake_reader.account_principal }
      Condition = { StringEquals = { "sts:ExternalId" = var.snowflake_reader.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "snowflake_reader" {
  count = var.snowflake_reader == null ? 0 : 1

  name = "read-lake"
  role = aws_iam_role.snowflake_reader[0].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "ReadLake"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:GetObjectVersion"]
          Resource = "${aws_s3_bucket.lake.arn}/lake/*"
        },
        {
          Sid       = "ListLake"
          Effect    = "Allow"
          Action    = "s3:ListBucket"
          Resource  = aws_s3_bucket.lake.arn
          Condition = { StringLike = { "s3:prefix" = ["lake", "lake/*"] } }
        },
        {
          Sid      = "WhereBucketIs"
          Effect   = "Allow"
          Action   = "s3:GetBucketLocation"
          Resource = aws_s3_bucket.lake.arn
        },
      ],
      [for key in var.kms_key_arn[*] : {
        Sid       = "KeyOfBucket"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = key
        Condition = { StringEquals = { "kms:ViaService" = "s3.${local.region}.${local.dns_suffix}" } }
      }],
    )
  })
}
