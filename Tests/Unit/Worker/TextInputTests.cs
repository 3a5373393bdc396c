using System.Text;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class TextInputTests
{
    static readonly TextInput Input = new(
        new() { Name = "text", Kind = ModelInputKind.Utf8Bytes, MaxLength = 8, LengthBuckets = [4, 8] });

    [Theory]
    [InlineData("""{"text":"hello"}""", "hello", "")]
    [InlineData("""  { "text" : "hello" }  """, "hello", "")]
    [InlineData("""{"id":"c1","text":"hello"}""", "hello", "\"c1\"")]
    [InlineData("""{"text":"hello","id":17.50}""", "hello", "17.50")]
    [InlineData("""{"id":"ä\n","text":"hello"}""", "hello", "\"ä\\n\"")]
    [InlineData("\"hello\"", "hello", "")]
    [InlineData("""{"lang":{"text":"no"},"more":[{"text":1}],"text":"hello"}""", "hello", "")]
    [InlineData("""{"text":"first","text":"last"}""", "last", "")]
    [InlineData("""{"text":1,"text":"last"}""", "last", "")]
    [InlineData("""{"te\u0078t":"hello"}""", "hello", "")]
    [InlineData("""{"text":""}""", "", "")]
    [InlineData("""{"text":"a\u0000b\tc"}""", "a b\tc", "")]
    [InlineData("""{"text":"\ud83d\ude00"}""", "😀", "")]
    [InlineData("""{"text":"123456789"}""", "12345678", "")]
    [InlineData("""{"text":"1234567é"}""", "1234567", "")]
    [InlineData("""{"text":"12345😀"}""", "12345", "")]
    [InlineData("""{"text":"1234567\u00e9"}""", "1234567", "")]
    public void Reads_the_text_and_the_id_as_it_was_written(string line, string text, string id)
    {
        var (item, buffer) = Read(line);

        Assert.Equal(ItemFault.None, item.Fault);
        Assert.Equal(text, Encoding.UTF8.GetString(item.Text.Of(buffer)));
        Assert.Equal(id, Encoding.UTF8.GetString(item.Id.Of(buffer)));
    }

    [Theory]
    [InlineData("", nameof(ItemFault.NotJson))]
    [InlineData("nonsense", nameof(ItemFault.NotJson))]
    [InlineData("""{"text":"hello" """, nameof(ItemFault.NotJson))]
    [InlineData("""{"text":"hello"} {"text":"again"}""", nameof(ItemFault.NotJson))]
    [InlineData("""{"text":"hello",}""", nameof(ItemFault.NotJson))]
    [InlineData("{\"text\":\"nul \0\"}", nameof(ItemFault.NotJson))]
    [InlineData("17", nameof(ItemFault.NotAnItem))]
    [InlineData("null", nameof(ItemFault.NotAnItem))]
    [InlineData("""["hello"]""", nameof(ItemFault.NotAnItem))]
    [InlineData("{}", nameof(ItemFault.TextMissing))]
    [InlineData("""{"TEXT":"hello"}""", nameof(ItemFault.TextMissing))]
    [InlineData("""{"text":null}""", nameof(ItemFault.TextNotText))]
    [InlineData("""{"text":{"text":"hello"}}""", nameof(ItemFault.TextNotText))]
    [InlineData("""{"text":"\ud83d"}""", nameof(ItemFault.NotUtf8))]
    [InlineData("""{"id":null,"text":"hello"}""", nameof(ItemFault.IdNotPlain))]
    [InlineData("""{"id":{"a":1},"text":"hello"}""", nameof(ItemFault.IdNotPlain))]
    public void A_line_that_is_no_item_says_why(string line, string fault)
    {
        Assert.Equal(fault, Read(line).Item.Fault.ToString());
    }

    [Fact]
    public void Bytes_that_are_no_utf8_fail()
    {
        byte[] line = [.. "{\"text\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.Equal(ItemFault.NotUtf8, Input.Read(line, new byte[line.Length], 0).Fault);
    }

    [Fact]
    public void The_mark_of_a_line_that_was_too_large_to_travel_fails_as_too_large()
    {
        var line = Oversized.Line(2_000_000);

        Assert.Equal(ItemFault.TooLarge, Input.Read(line, new byte[line.Length], 0).Fault);
    }

    [Fact]
    public void A_faulty_item_keeps_its_id()
    {
        var (item, buffer) = Read("""{"id":"c9","text":5}""");

        Assert.Equal(ItemFault.TextNotText, item.Fault);
        Assert.Equal("\"c9\"", Encoding.UTF8.GetString(item.Id.Of(buffer)));
    }

    [Fact]
    public void Items_follow_each_other_in_one_buffer_as_large_as_their_lines()
    {
        var lines = Enumerable.Range(0, 50)
            .Select(i => Encoding.UTF8.GetBytes($$"""{"id":{{i}},"text":"t\u00e4{{i}}"}""")).ToList();
        var buffer = new byte[lines.Sum(line => line.Length)];

        var items = new List<TextItem>();
        foreach (var line in lines)
            items.Add(Input.Read(line, buffer, items.Count == 0 ? 0 : items[^1].Id.End));

        for (var i = 0; i < items.Count; i++)
        {
            Assert.Equal($"tä{i}", Encoding.UTF8.GetString(items[i].Text.Of(buffer)));
            Assert.Equal($"{i}", Encoding.UTF8.GetString(items[i].Id.Of(buffer)));
        }
    }

    [Fact]
    public void Random_bytes_never_break_the_reader()
    {
        var random = new Random(11);
        var alphabet = "{}[]\":,\\u0textid 1é\0"u8.ToArray();
        for (var i = 0; i < 50_000; i++)
        {
            var line = random.GetItems(alphabet, random.Next(0, 40));
            var buffer = new byte[line.Length + 4];

            var item = Input.Read(line, buffer, 2);

            Assert.InRange(item.Text.Length, 0, 8);
            Assert.InRange(item.Id.End, 2, buffer.Length);
        }
    }

    static (TextItem Item, byte[] Buffer) Read(string text)
    {
        var line = Encoding.UTF8.GetBytes(text);
        var buffer = new byte[line.Length + 3];
        return (Input.Read(line, buffer, 3), buffer);
    }
}
