namespace SkillAi.Queue.Tests.Architecture;

public sealed class SizeTests
{
    const int MostLines = 250;

    [Fact]
    public void No_file_is_longer_than_a_reader_can_hold()
    {
        var files = Checkout.Product.Append("Tests").Append("Bench").SelectMany(Checkout.Sources);

        Assert.Empty(
            from file in files
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Path.GetRelativePath(Checkout.Root, file)} has {lines} lines");
    }
}
