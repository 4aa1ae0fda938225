# The table bucket and its namespace. Lake Formation's administrators are the account's: nothing here touches them, and
# who applies this must be one where the integration goes by Lake Formation.

resource "aws_s3tables_table_bucket" "lake" {
  count = var.iceberg == null ? 0 : 1

  name          = var.iceberg.table_bucket_name
  force_destroy = var.force_destroy
  tags          = var.tags

  encryption_configuration = {
    sse_algorithm = var.kms_key_arn == null ? "AES256" : "aws:kms"
    kms_key_arn   = var.kms_key_arn
  }
}

resource "aws_s3tables_namespace" "lake" {
  count = var.iceberg == null ? 0 : 1

  namespace        = var.iceberg.namespace
  table_bucket_arn = aws_s3tables_table_bucket.lake[0].arn
}

# By this name the namespace stands in the account's own catalog, for Athena and others that know but that one.
resource "aws_glue_catalog_database" "iceberg" {
  count = var.iceberg == null ? 0 : 1

  name = "${replace(var.name, "-", "_")}_iceberg"

  target_database {
    catalog_id    = "${local.account}:s3tablescatalog/${aws_s3tables_table_bucket.lake[0].name}"
    database_name = aws_s3tables_namespace.lake[0].namespace
  }
}
