namespace SkillAi.Queue.Tests.Servers;

/// <summary>Prepares a RabbitMQ of this machine, or of another root file system on it.</summary>
static class RabbitMqFiles
{
    // Debian's wrappers in /usr/sbin switch user and home; these do not.
    const string Programs = "/usr/lib/rabbitmq/bin";

    const string Address = "127.0.0.1";

    // On shared cores a scheduler that spins while it waits takes the time of whoever it waits for.
    const string ErlangArguments = "+sbwt none +sbwtdcpu none +sbwtdio none";

    /// <summary>The root file system of the RabbitMQ to use; null when this machine has none.</summary>
    public static string? FindRoot() =>
        System.Environment.GetEnvironmentVariable("SKILLAI_TEST_RABBITMQ") is { Length: > 0 } root ? root
        : Tools.FindOnPath("rabbitmq-server") is not null ? "/" : null;

    public static (int Port, ServerHost Host, string[] Control) CreateLocal(string root)
    {
        // The port mapper is ours too, inside the guarded group: left to itself the node starts one that outlives it.
        var node = new RabbitMqNode(Ports.Free(), EpmdPort: Ports.Free(), Cookie: $"{Guid.NewGuid():N}");
        return CreateLocal(root, node, $"epmd & exec {Programs}/rabbitmq-server");
    }

    /// <summary>A node of a cluster, whose port mapper runs elsewhere.</summary>
    public static (int Port, ServerHost Host, string[] Control) CreateLocal(string root, RabbitMqNode node) =>
        CreateLocal(root, node, $"exec {Programs}/rabbitmq-server");

    /// <summary>The port mapper of a cluster's nodes: it must outlive each of them.</summary>
    public static ServerHost CreatePortMapper(string root, int port)
    {
        var (folder, data) = CreateFolder(root, port);
        return new LocalHost(data, [.. Enter(root), "/bin/sh", "-c", "exec epmd"], Common(folder, port));
    }

    static (int Port, ServerHost Host, string[] Control) CreateLocal(string root, RabbitMqNode node, string start)
    {
        var (folder, data) = CreateFolder(root, node.Port);
        Write(data, node);
        var host = new LocalHost(data, [.. Enter(root), "/bin/sh", "-c", start], Environment(node, folder));
        return (node.Port, host, [.. Enter(root), $"{Programs}/rabbitmqctl"]);
    }

    static string[] Enter(string root) => root == "/" ? [] : ["chroot", root];

    static (string Inside, DirectoryInfo Outside) CreateFolder(string root, int port)
    {
        var inside = $"{Path.GetTempPath().TrimEnd('/')}/skillai-test-rabbitmq-{port}-{Guid.NewGuid():N}";
        return (inside, Directory.CreateDirectory(Path.Join(root, inside)));
    }

    static Dictionary<string, string> Common(string folder, int epmdPort) => new()
    {
        ["HOME"] = folder,
        ["LANG"] = "C.UTF-8",
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{epmdPort}",
    };

    static Dictionary<string, string> Environment(RabbitMqNode node, string folder) => new(Common(folder, node.EpmdPort))
    {
        ["RABBITMQ_NODENAME"] = RabbitMqNode.NameOf(node.Port),
        ["RABBITMQ_NODE_IP_ADDRESS"] = Address,
        ["RABBITMQ_NODE_PORT"] = $"{node.Port}",
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

    static void Write(DirectoryInfo data, RabbitMqNode node)
    {
        File.WriteAllText(Path.Combine(data.FullName, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(data.FullName, "rabbitmq.conf"), $"""
            listeners.tcp.1 = {Address}:{node.Port}
            disk_free_limit.absolute = 100MB
            vm_memory_high_watermark.absolute = 1GB

            """);

        // A cookie that others may read is refused.
        var cookie = Path.Combine(data.FullName, ".erlang.cookie");
        File.WriteAllText(cookie, node.Cookie);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
    }
}

/// <param name="Cookie">The secret that nodes of one cluster share.</param>
sealed record RabbitMqNode(int Port, int EpmdPort, string Cookie)
{
    public static string NameOf(int port) => $"skillai{port}@localhost";
}
