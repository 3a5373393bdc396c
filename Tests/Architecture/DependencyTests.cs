namespace SkillAi.Queue.Tests.Architecture;

/// <summary>Dependencies run one way, so that each program carries what it needs and nothing more.</summary>
public sealed class DependencyTests
{
    [Theory]
    [InlineData("Contracts", "")]
    [InlineData("Transport", "Contracts")]
    [InlineData("Producer.Api", "Transport")]
    [InlineData("Worker", "Transport")]
    [InlineData("Client", "Contracts")]
    [InlineData("Embedded", "Client Producer.Api Worker")]
    public void A_project_references_its_neighbours_and_no_other(string project, string neighbours) =>
        Assert.Equal(
            neighbours.Split(' ', StringSplitOptions.RemoveEmptyEntries), Checkout.ProjectReferences(project).Order());

    [Theory]
    [InlineData("Contracts", "")]
    [InlineData("Transport", "Contracts")]
    [InlineData("Producer.Api", "Contracts Transport")]
    [InlineData("Worker", "Contracts Transport")]
    [InlineData("Client", "Contracts")]
    public void An_assembly_uses_only_what_lies_below_it(string project, string allowed)
    {
        var used = Checkout.Assembly(project).GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => name.StartsWith("SkillAi.", StringComparison.Ordinal))
            .Select(name => name["SkillAi.Queue.".Length..]);

        Assert.Subset(allowed.Split(' ').ToHashSet(), used.ToHashSet());
    }

    [Fact]
    public void Contracts_need_no_package() => Assert.Empty(Checkout.PackageReferences("Contracts"));

    /// <summary>Garnet brings cloud identity packages along, which no production image shall carry.</summary>
    [Theory]
    [InlineData("Contracts")]
    [InlineData("Transport")]
    [InlineData("Producer.Api")]
    [InlineData("Worker")]
    [InlineData("Client")]
    public void Only_embedded_mode_knows_Garnet(string project)
    {
        Assert.DoesNotContain("Microsoft.Garnet", Checkout.PackageReferences(project));
        var locks = File.ReadAllText(Path.Combine(Checkout.Root, project, "packages.Cpu.lock.json"));
        Assert.DoesNotContain("Microsoft.Garnet", locks, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_product_has_four_ports_and_no_other_interface() => Assert.Equal(
        ["IBlobStore", "IChunkPublisher", "IChunkSource", "IModel"],
        Checkout.Product
            .SelectMany(project => Checkout.Assembly(project).GetTypes())
            .Where(type => type.IsInterface)
            .Select(type => type.Name)
            .Order());
}
