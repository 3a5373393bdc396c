using Microsoft.Extensions.Options;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Hosting;

// Here, because the batching code itself depends on nothing.
[OptionsValidator]
sealed partial class BatchingOptionsValidator : IValidateOptions<BatchingOptions>;
