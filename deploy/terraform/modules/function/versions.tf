terraform {
  # Objects with optional members and their defaults need 1.3, validations that name other variables 1.9.
  required_version = ">= 1.9.0"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # 6.29 takes Lake Formation grants upon a table bucket's catalog.
      version = ">= 6.29.0, < 7.0.0"
    }
  }
}
