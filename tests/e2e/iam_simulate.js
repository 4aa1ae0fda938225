// IAM's decisions by @cloud-copilot/iam-simulate, which holds AWS's service authorization reference. Standard input is
// [{"policy", "action", "resource", "account", "context"}], standard output [{"decision"} or {"error"}] in that order.
const { runSimulation } = require('@cloud-copilot/iam-simulate')

// A key's policy as KMS makes it: the account's own policies decide.
const keyPolicy = (account) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }
  ]
})

async function decide({ policy, action, resource, account, context }) {
  const result = await runSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:role/function',
        action,
        resource: { resource, accountId: account },
        contextVariables: context
      },
      identityPolicies: [{ name: 'calls', policy }],
      serviceControlPolicies: [
        {
          orgIdentifier: 'r-1',
          policies: [
            {
              name: 'all',
              policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
            }
          ]
        }
      ],
      resourceControlPolicies: [],
      resourcePolicy: action.startsWith('kms:') ? keyPolicy(account) : undefined
    },
    {}
  )
  if (result.resultType === 'error') return { error: result.errors }
  return { decision: result.overallResult, type: result.resultType }
}

let text = ''
process.stdin.on('data', (part) => (text += part))
process.stdin.on('end', async () => {
  const answers = []
  for (const request of JSON.parse(text)) answers.push(await decide(request))
  process.stdout.write(JSON.stringify(answers))
})
