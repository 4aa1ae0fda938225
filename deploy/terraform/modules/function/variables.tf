variable "name" {
  description = "The Lambda function's name, and its role's."
  type        = string
}

variable "package" {
  description = "Path of the zip."
  type        = string
}

variable "architecture" {
  description = "x86_64 or arm64, as the zip."
  type        = string
}

variable "description" {
  description = "What the function does, for the console."
  type        = string
}

variable "size" {
  description = "Memory, timeout and reserved concurrency (-1: none reserved)."
  type = object({
    memory_mb            = number
    timeout_seconds      = number
    reserved_concurrency = number
  })
}

variable "settings" {
  description = "The environment."
  type        = map(string)
}

variable "policy" {
  description = "The role's policy: the template's path, and its values but for those of the function itself."
  type = object({
    template = string
    values   = any
  })
}

variable "dead_letters" {
  description = "The queue for asynchronous calls that failed three times; null: the function is not called so."
  type        = object({ arn = string })
  default     = null
}

variable "logs" {
  description = "Retention and level of the function's log."
  type = object({
    retention_days = number
    level          = string
  })
}

variable "tracing" {
  description = "Whether X-Ray traces the function."
  type        = bool
}

variable "kms_key_arn" {
  description = "The key for the log and the settings; null: the services' own."
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
