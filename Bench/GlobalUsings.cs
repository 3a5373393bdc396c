global using SkillAi.Queue.Bench.Duel.Traffic;
global using SkillAi.Queue.Bench.Duel.Simulation;
