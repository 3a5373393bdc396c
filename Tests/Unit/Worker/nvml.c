/* A stand-in for NVIDIA's management library: two devices, of which the second does not answer. Used grows by 1 MiB a
   read from its 31st on, so that a baseline can be told from what follows. */
typedef struct { unsigned long long total, free, used; } memory_t;

static unsigned long long reads;
static int devices[2];

int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) { *device = &devices[index]; return index < 2 ? 0 : 2; }

int nvmlDeviceGetMemoryInfo(void *device, memory_t *memory)
{
    if (device == &devices[1])
        return 15; /* NVML_ERROR_GPU_IS_LOST */
    unsigned long long grown = ++reads > 30 ? reads - 30 : 0;
    memory->total = 80ull << 30;
    memory->used = (10ull << 30) + (grown << 20);
    memory->free = memory->total - memory->used;
    return 0;
}
