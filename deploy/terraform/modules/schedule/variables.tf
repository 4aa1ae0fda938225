variable "name" {
  description = "The schedule's name, and its role's."
  type        = string
}

variable "group_name" {
  description = "The schedule group that it is in."
  type        = string
}

variable "group_arn" {
  description = "That group's ARN: only its schedules may take the role."
  type        = string
}

variable "expression" {
  description = "cron(…), rate(…) or at(…)."
  type        = string
}

variable "time_zone" {
  description = "That the expression is read in."
  type        = string
}

variable "function_arn" {
  description = "What is called."
  type        = string
}

variable "input" {
  description = "The event, as JSON."
  type        = string
}

variable "dead_letters_arn" {
  description = "The queue for calls that could not be made."
  type        = string
}

variable "kms_key_arn" {
  description = "That queue's key; null: SQS's own."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "The permissions boundary of the roles; null: none."
  type        = string
}

variable "tags" {
  description = "Tags of all."
  type        = map(string)
}
