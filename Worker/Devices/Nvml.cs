using System.Globalization;
using System.Runtime.InteropServices;

namespace SkillAi.Queue.Worker.Devices;

/// <summary>NVIDIA's management library, which comes with the driver: ONNX Runtime does not tell what its allocators
/// hold, and starting nvidia-smi takes some hundred milliseconds.</summary>
sealed class Nvml : IDisposable
{
    public const string Library = "libnvidia-ml.so.1";

    const int Success = 0;

    readonly nint _library;
    readonly Call _shutDown;
    readonly FindDevice _findDevice;
    readonly ReadMemory _readMemory;
    readonly uint _devices;

    Nvml(nint library)
    {
        _library = library;
        _shutDown = Function<Call>("nvmlShutdown");
        _findDevice = Function<FindDevice>("nvmlDeviceGetHandleByIndex_v2");
        _readMemory = Function<ReadMemory>("nvmlDeviceGetMemoryInfo");
        Require(Function<Call>("nvmlInit_v2")(), "nvmlInit");
        Require(Function<CountDevices>("nvmlDeviceGetCount_v2")(out _devices), "nvmlDeviceGetCount");
    }

    delegate int Call();

    delegate int CountDevices(out uint count);

    delegate int FindDevice(uint index, out nint device);

    delegate int ReadMemory(nint device, out Memory memory);

    /// <param name="library">Name or path.</param>
    /// <param name="reason">Why there is none.</param>
    /// <returns>Null where there is no driver, or one that does not answer.</returns>
    public static Nvml? TryOpen(string library, out string reason)
    {
        reason = $"{library} cannot be loaded";
        if (!NativeLibrary.TryLoad(library, out var handle))
            return null;

        try
        {
            return new(handle);
        }
        catch (Exception fault) when (fault is InvalidOperationException or EntryPointNotFoundException)
        {
            reason = fault.Message;
            NativeLibrary.Free(handle);
            return null;
        }
    }

    /// <returns>The devices that this process can see and that answer now.</returns>
    public IEnumerable<DeviceMemory> Read()
    {
        for (uint index = 0; index < _devices; index++)
        {
            if (_findDevice(index, out var device) == Success && _readMemory(device, out var memory) == Success)
                yield return new(index.ToString(CultureInfo.InvariantCulture), (long)memory.Used, (long)memory.Total);
        }
    }

    public void Dispose()
    {
        _shutDown();
        NativeLibrary.Free(_library);
    }

    static void Require(int code, string call)
    {
        if (code != Success)
            throw new InvalidOperationException($"{call} answered {code}");
    }

    T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(_library, name));

    /// <summary>nvmlMemory_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    readonly struct Memory
    {
        public readonly ulong Total;
        public readonly ulong Free;
        public readonly ulong Used;
    }
}
