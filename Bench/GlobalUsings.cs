global using SkillAi.Queue.Bench.Duel.Load;
global using SkillAi.Queue.Bench.Duel.Rivals;
global using SkillAi.Queue.Bench.Duel.Simulation;
