global using SkillAi.Queue.Bench.Duel.Report;
global using SkillAi.Queue.Bench.Duel.Rivals;
global using SkillAi.Queue.Bench.Duel.Simulation;
global using SkillAi.Queue.Bench.Duel.Traffic;
