namespace SkillAi.Queue.Worker.Devices;

/// <param name="Device">The device's number, as its driver counts.</param>
/// <param name="Used">Bytes that all processes on the device hold, not this one's alone: inside a container the driver
/// does not know which process is whose.</param>
/// <param name="Total">Bytes.</param>
readonly record struct DeviceMemory(string Device, long Used, long Total);
