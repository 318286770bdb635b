import { describe, expect, test } from "vitest";
import { FeedFault, parse } from "#lib/feeds/parse.ts";
import { rss } from "#tests/support/feed-server.ts";

const from = "https://shop.example/blog/feed";
const read = (text: string, type?: string) => parse(Buffer.from(text), type, from);

describe("what a feed says becomes plain text and addresses that a browser may open", () => {
  test("RSS: tags and entities are undone, the picture is found, the date read", () => {
    const { title, items } = read(
      rss(
        [
          {
            guid: "1",
            title: "Kettles &amp; &lt;b&gt;cups&lt;/b&gt;",
            link: "https://shop.example/1?a=1&amp;b=2",
            description: "<![CDATA[<p>New&nbsp;in: <script>alert(1)</script>20&nbsp;&#8211; 30 &euro;</p>]]>",
            more: `<media:content url="https://shop.example/1.jpg" medium="image"/><pubDate>Tue, 24 Nov 2026 10:00:00 GMT</pubDate>`,
          },
        ],
        "Tea &amp; news",
      ),
    );
    expect(title).toBe("Tea & news");
    expect(items[0]).toMatchObject({
      title: "Kettles & cups",
      description: "New in: 20 – 30 €",
      url: "https://shop.example/1?a=1&b=2",
      imageUrl: "https://shop.example/1.jpg",
      publishedAt: new Date("2026-11-24T10:00:00Z"),
    });
  });

  test("Atom: relative links follow the feed, the summary wins over the content, the first picture is taken", () => {
    const { items } =
      read(`<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><entry><id>urn:1</id>
      <title>Hello</title><link rel="alternate" href="/posts/1"/><summary>Short</summary>
      <content type="html">&lt;img src="/i.png"&gt; long</content><author><name>Ada</name></author><updated>2026-11-01T00:00:00Z</updated></entry></feed>`);
    expect(items[0]).toMatchObject({
      title: "Hello",
      description: "Short",
      url: "https://shop.example/posts/1",
      imageUrl: "https://shop.example/i.png",
      author: "Ada",
    });
  });

  test("JSON Feed 1.1", () => {
    const feed = {
      version: "https://jsonfeed.org/version/1.1",
      title: "Blog",
      items: [
        {
          id: "1",
          url: "https://shop.example/1",
          title: "One",
          content_html: "<p>Hi</p>",
          image: "https://shop.example/1.png",
        },
      ],
    };
    expect(read(JSON.stringify(feed)).items[0]).toMatchObject({
      title: "One",
      description: "Hi",
      imageUrl: "https://shop.example/1.png",
    });
  });

  test("other alphabets by the declared encoding", () => {
    const text = rss([{ guid: "1", title: "Привет" }]).replace("UTF-8", "windows-1251");
    const bytes = Buffer.from(
      [...text].map((letter) => {
        const code = letter.codePointAt(0) ?? 0;
        return code >= 0x410 && code <= 0x44f ? code - 0x410 + 0xc0 : code;
      }),
    );
    expect(parse(bytes, undefined, from).items[0]?.title).toBe("Привет");
  });

  test("an item without a title is told by its text; one with neither, or with a link no browser may open, is left out", () => {
    const { items } = read(
      rss([
        { guid: "1", title: "", description: "Only text" },
        { guid: "2", title: "" },
        { guid: "3", link: "javascript:alert(1)" },
        { guid: "4", link: "java&#9;script:alert(1)" },
        { guid: "5", link: "data:text/html,x" },
        { guid: "6", link: "https://user:secret@shop.example/" },
        { guid: "7", title: "Kept" },
      ]),
    );
    expect(items.map(({ title }) => title)).toEqual(["Only text", "Kept"]);
  });

  test("the same guid is the same item whatever it says; without one its link counts, else its words", () => {
    const hash = (item: Parameters<typeof rss>[0][number]) => read(rss([item])).items[0]?.guidHash.toString("hex");
    expect(hash({ guid: "a", title: "One" })).toBe(hash({ guid: "a", title: "Two" }));
    expect(hash({ link: "https://shop.example/1", title: "One" })).toBe(
      hash({ link: "https://shop.example/1", title: "Two" }),
    );
    expect(hash({ title: "One" })).not.toBe(hash({ title: "Two" }));
  });

  test("of a feed with 10,000 items the first 200 are read", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ guid: `${index}`, title: `Item ${index}` }));
    expect(read(rss(many)).items).toHaveLength(200);
  });
});

describe("what is no feed is refused in words, quickly", () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>`;
  const cases: [string, string, RegExp][] = [
    ["nothing", "", /nothing/],
    ["a web page", "<!doctype html><html><body>Hi</body></html>", /web page/],
    ["a web page behind a comment", "<!-- x --><html></html>", /web page/],
    ["a feed that is cut off", rss([{ guid: "1" }]).slice(0, -20), /cut off/],
    ["entities of its own", laughs, /entities/],
    ["an external entity", laughs.replace(`"ha"`, `SYSTEM "file:///etc/passwd"`), /entities/],
    ["other XML", "<svg xmlns='http://www.w3.org/2000/svg'></svg>", /not an RSS/],
    ["other JSON", `{"hello": "world"}`, /cannot be read/],
    ["broken JSON", `{"version": "https://jsonfeed.org/version/1.1", "items": [`, /cannot be read/],
    ["a picture", "\u0089PNG\r\n\u001a\n0000", /not an RSS/],
  ];
  test.each(cases)("%s", (_, text, words) => {
    expect(() => read(text)).toThrow(FeedFault);
    expect(() => read(text)).toThrow(words);
  });

  test("tags nested 50,000 deep neither crash nor stall", () => {
    const startedAt = performance.now();
    const deep = rss([{ guid: "1", description: `${"<a>".repeat(50_000)}${"</a>".repeat(50_000)}` }]);
    try {
      read(deep);
    } catch (error) {
      expect(error).toBeInstanceOf(FeedFault);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
