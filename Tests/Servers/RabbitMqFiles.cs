namespace SkillAi.Queue.Tests.Servers;

/// <summary>Prepares a RabbitMQ of this machine, or of another root file system on it.</summary>
static class RabbitMqFiles
{
    // Debian's wrappers in /usr/sbin switch user and home; these do not.
    const string Programs = "/usr/lib/rabbitmq/bin";

    // On shared cores a scheduler that spins while it waits takes the time of whoever it waits for.
    const string ErlangArguments = "+sbwt none +sbwtdcpu none +sbwtdio none";

    public static (int Port, ServerHost Host, string[] Control) CreateLocal(string root)
    {
        var port = Ports.Free();
        var (folder, data) = CreateFolder(root, port);
        var environment = Environment(port, folder);
        Write(data, environment["RABBITMQ_NODE_IP_ADDRESS"], port);
        string[] enter = root == "/" ? [] : ["chroot", root];

        // The port mapper is ours too, inside the guarded group: left to itself the node starts one that outlives it.
        string[] server = [.. enter, "/bin/sh", "-c", $"epmd & exec {Programs}/rabbitmq-server"];
        return (port, new LocalHost(data, server, environment), [.. enter, $"{Programs}/rabbitmqctl"]);
    }

    static (string Inside, DirectoryInfo Outside) CreateFolder(string root, int port)
    {
        var inside = $"{Path.GetTempPath().TrimEnd('/')}/skillai-test-rabbitmq-{port}-{Guid.NewGuid():N}";
        return (inside, Directory.CreateDirectory(Path.Join(root, inside)));
    }

    static Dictionary<string, string> Environment(int port, string folder) => new()
    {
        ["HOME"] = folder,
        ["LANG"] = "C.UTF-8",
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{Ports.Free()}",
        ["RABBITMQ_NODENAME"] = $"skillai{port}@localhost",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = $"{port}",
        ["RABBITMQ_DIST_PORT"] = $"{Ports.Free()}",
        ["RABBITMQ_MNESIA_BASE"] = $"{folder}/mnesia",
        ["RABBITMQ_LOG_BASE"] = $"{folder}/log",
        ["RABBITMQ_PID_FILE"] = $"{folder}/pid",
        ["RABBITMQ_CONFIG_FILE"] = $"{folder}/rabbitmq",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{folder}/enabled_plugins",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = ErlangArguments,

        // The start script then becomes the node instead of staying as its parent.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
    };

    static void Write(DirectoryInfo data, string address, int port)
    {
        File.WriteAllText(Path.Combine(data.FullName, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(data.FullName, "rabbitmq.conf"), $"""
            listeners.tcp.1 = {address}:{port}
            disk_free_limit.absolute = 100MB
            vm_memory_high_watermark.absolute = 1GB

            """);
    }
}
