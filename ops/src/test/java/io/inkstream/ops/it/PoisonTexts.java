package io.inkstream.ops.it;

import static io.inkstream.ops.it.Poison.Outcome.drawn;
import static io.inkstream.ops.it.Poison.Outcome.drawnWithPages;
import static io.inkstream.ops.it.Poison.Outcome.nothing;
import static io.inkstream.ops.it.Poison.Outcome.refused;
import static io.inkstream.ops.it.RawRecord.utf8;
import static io.inkstream.schemas.topics.DeadLetterReason.EMPTY_TEXT;
import static io.inkstream.schemas.topics.DeadLetterReason.INVALID_LAYOUT;
import static io.inkstream.schemas.topics.DeadLetterReason.RECORD_TOO_LARGE;
import static io.inkstream.schemas.topics.DeadLetterReason.TEXT_TOO_LARGE;
import static io.inkstream.schemas.topics.DeadLetterReason.UNKNOWN_MODEL;
import static io.inkstream.schemas.topics.DeadLetterReason.UNKNOWN_SCHEMA;
import static io.inkstream.schemas.topics.DeadLetterReason.UNKNOWN_STYLE;
import static io.inkstream.schemas.topics.DeadLetterReason.UNREADABLE_RECORD;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.ops.it.Poison.Delivery;
import io.inkstream.ops.it.Poison.Maker;
import io.inkstream.ops.it.Poison.Outcome;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** Poison for topic {@code texts}: one row a kind, what becomes of it, and how to make it. */
final class PoisonTexts {
    private static final Schema DOCUMENT = TextDocument.getClassSchema();
    private static final int MAX_TEXT = 64 << 10;

    private PoisonTexts() {}

    static Stream<Poison> all() {
        return Stream.of(
                        wire(),
                        avro(),
                        sizes(),
                        keysAndHeaders(),
                        times(),
                        letters(),
                        options(),
                        layouts(),
                        deliveries())
                .flatMap(List::stream);
    }

    private static List<Poison> wire() {
        return List.of(
                row("bytes that are no Avro", refused(UNREADABLE_RECORD), k -> k.text(utf8("just text"))),
                row("a value of no bytes", refused(UNREADABLE_RECORD), k -> k.text(new byte[0])),
                row("no value", refused(UNREADABLE_RECORD), k -> k.text((byte[]) null)),
                row("the magic byte alone", refused(UNREADABLE_RECORD), k -> k.text(new byte[1])),
                row("half a schema id", refused(UNREADABLE_RECORD), k -> k.text(new byte[3])),
                row(
                        "a schema id and nothing behind it",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(DOCUMENT, new byte[0]))),
                row(
                        "a schema id that nobody has",
                        refused(UNKNOWN_SCHEMA),
                        k -> k.text(PoisonKitchen.framed(Integer.MAX_VALUE, plain("x")))),
                row("schema id 0", refused(UNKNOWN_SCHEMA), k -> k.text(PoisonKitchen.framed(0, plain("x")))),
                row("a negative schema id", refused(UNKNOWN_SCHEMA), k -> k.text(PoisonKitchen.framed(-1, plain("x")))),
                row(
                        "the schema id in a header",
                        refused(UNREADABLE_RECORD).saying("value.schema.id.serializer"),
                        k -> k.text(plain("x")).header("__value_schema_id", new byte[] {
                            1, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7
                        })),
                row("a record cut off", refused(UNREADABLE_RECORD), k -> {
                    byte[] whole = k.document(text("x"));
                    return k.text(Arrays.copyOf(whole, whole.length - 3));
                }),
                row(
                        "bytes after the record",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(new AvroBytes()
                                .raw(k.document(text("x")))
                                .raw((byte) 1)
                                .toBytes())));
    }

    private static List<Poison> avro() {
        return List.of(
                row("a LineImage, which has a text", refused(UNREADABLE_RECORD), k -> k.text(k.framed(line()))),
                row(
                        "a record of another topic",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                RolloutPolicy.newBuilder().setRevision("r").build()))),
                row(
                        "a TextDocument of another namespace",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(k.changed(DOCUMENT, s -> s.put("namespace", "org.example")), plain("x")))),
                row(
                        "a string where a record should be",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                Schema.create(Schema.Type.STRING),
                                new AvroBytes().string("x").toBytes()))),
                row(
                        "a JSON schema",
                        refused(UNREADABLE_RECORD, UNKNOWN_SCHEMA),
                        k -> k.text(PoisonKitchen.framed(
                                k.register(
                                        "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}",
                                        "JSON"),
                                utf8("{\"text\":\"x\"}")))),
                row(
                        "a schema without a text",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                k.changed(DOCUMENT, s -> fields(s).remove(0)),
                                new AvroBytes().restOfDocument().toBytes()))),
                row(
                        "a text that is a number",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                typed("text", "\"long\"", k),
                                new AvroBytes().number(7).restOfDocument().toBytes()))),
                row(
                        "a text that is null",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                typed("text", "[\"null\",\"string\"]", k),
                                new AvroBytes().number(0).restOfDocument().toBytes()))),
                row(
                        "a text that may be null and is not",
                        drawn(),
                        k -> k.text(k.framed(
                                typed("text", "[\"null\",\"string\"]", k),
                                new AvroBytes()
                                        .number(1)
                                        .string("x")
                                        .restOfDocument()
                                        .toBytes()))),
                row(
                        "only a text",
                        drawn(),
                        k -> k.text(k.framed(
                                k.changed(DOCUMENT, s -> {
                                    while (fields(s).size() > 1) {
                                        fields(s).remove(1);
                                    }
                                }),
                                new AvroBytes().string("x").toBytes()))),
                row(
                        "a variation that is not invented yet",
                        drawn(),
                        k -> k.text(k.framed(
                                k.changed(DOCUMENT, PoisonTexts::withLaterVariation),
                                new AvroBytes().string("x").restOfDocument(2, 0).toBytes()))),
                row(
                        "an enum out of range",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes()
                                        .string("x")
                                        .restOfDocument(99, 0)
                                        .toBytes()))),
                row(
                        "a string of negative length",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(
                                k.framed(DOCUMENT, new AvroBytes().number(-5).toBytes()))),
                row(
                        "a string of two gigabytes",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes().number(Integer.MAX_VALUE).toBytes()))),
                row(
                        "a string of 2^62 bytes",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                DOCUMENT, new AvroBytes().number(1L << 62).toBytes()))),
                row(
                        "a number of eleven bytes",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(DOCUMENT, filled(11, 0xff)))),
                row(
                        "a branch that the union lacks",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes()
                                        .string("x")
                                        .string("natural")
                                        .number(7)
                                        .number(0)
                                        .layout()
                                        .toBytes()))),
                row(
                        "a boolean of 2",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes().string("x").restOfDocument(0, 2).toBytes()))),
                row(
                        "bytes that are no UTF-8 in the text",
                        drawn(),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes()
                                        .bytes(new byte[] {'a', (byte) 0xff, (byte) 0xfe, 'b'})
                                        .restOfDocument()
                                        .toBytes()))),
                row(
                        "half a surrogate pair in the text",
                        drawn(),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes()
                                        .bytes(new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'b'})
                                        .restOfDocument()
                                        .toBytes()))),
                row(
                        "a map of 2^40 entries",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.extended(
                                text("x").build(),
                                "{\"type\":\"map\",\"values\":\"long\"}",
                                new AvroBytes().number(1L << 40)))),
                row(
                        "an array of nulls without end",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.extended(
                                text("x").build(),
                                "{\"type\":\"array\",\"items\":\"null\"}",
                                new AvroBytes().number(2_000_000_000).number(0)))),
                row(
                        "an array of the least long",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(k.extended(
                                text("x").build(),
                                "{\"type\":\"array\",\"items\":\"int\"}",
                                new AvroBytes().number(Long.MIN_VALUE).number(1)))),
                row(
                        "a list that is nested 100,000 deep",
                        refused(UNREADABLE_RECORD).orDrawn(),
                        k -> k.text(k.extended(text("x").build(), NESTED, nested(100_000)))),
                row(
                        "a field that nobody knows",
                        drawn(),
                        k -> k.text(k.extended(text("x").build(), "\"string\"", new AvroBytes().string("more")))));
    }

    private static List<Poison> sizes() {
        return List.of(
                row(
                        "a field of 2,000,000 characters more",
                        drawn(),
                        k -> k.text(k.extended(
                                text("x").build(), "\"string\"", new AvroBytes().string("y".repeat(2_000_000))))),
                row(
                        "a field of 7 MB more",
                        drawn().or(RECORD_TOO_LARGE),
                        k -> k.text(k.extended(
                                text("x").build(), "\"bytes\"", new AvroBytes().bytes(new byte[7_000_000])))),
                row(
                        "a field of 2,000,000 characters more, and a style that nobody has",
                        refused(UNKNOWN_STYLE),
                        k -> k.text(k.extended(
                                text("x").setStyle("no-such").build(),
                                "\"string\"",
                                new AvroBytes().string("y".repeat(2_000_000))))),
                row(
                        "a style of 5,000,000 characters",
                        refused(UNKNOWN_STYLE),
                        k -> k.text(text("x").setStyle("s".repeat(5_000_000)))),
                row(
                        "a model of 1,500,000 characters",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel("m".repeat(1_500_000) + ":1"))),
                row("a text of 5 MB", refused(TEXT_TOO_LARGE), k -> k.text(text("word ".repeat(1_000_000)))),
                row(
                        "a text of one byte too many",
                        refused(TEXT_TOO_LARGE),
                        k -> k.text(text("x".repeat(MAX_TEXT + 1)))),
                row(
                        "a record as large as the topic takes",
                        refused(UNREADABLE_RECORD),
                        k -> k.text(filled((8 << 20) - 500, 'x'))),
                zipped(
                        "a text of 24 MB that zips to nothing",
                        refused(TEXT_TOO_LARGE, RECORD_TOO_LARGE),
                        k -> k.text(k.framed(
                                DOCUMENT,
                                new AvroBytes()
                                        .bytes(filled(24 << 20, 'x'))
                                        .restOfDocument()
                                        .toBytes()))),
                zipped(
                        "24 MB of zeros that zip to nothing",
                        refused(UNREADABLE_RECORD, RECORD_TOO_LARGE, UNKNOWN_SCHEMA),
                        k -> k.text(new byte[24 << 20])));
    }

    private static List<Poison> keysAndHeaders() {
        return List.of(
                row("no key", refused(UNREADABLE_RECORD), k -> k.text(text("x")).key((byte[]) null)),
                row("no key and no value", refused(UNREADABLE_RECORD), k -> k.text((byte[]) null)
                        .key((byte[]) null)),
                row("a key of no bytes", refused(UNREADABLE_RECORD), k -> k.text(text("x"))
                        .key(new byte[0])),
                row("a key of 1.1 MB", refused(RECORD_TOO_LARGE), k -> k.text(text("x"))
                        .key(filled(1_100_000, 'k'))),
                row("a key of 1.1 MB and no value", refused(RECORD_TOO_LARGE, UNREADABLE_RECORD), k -> k.text(
                                (byte[]) null)
                        .key(filled(1_100_000, 'k'))),
                row("a key and a value of 4 MB", refused(RECORD_TOO_LARGE, UNREADABLE_RECORD), k -> k.text(
                                filled(4_000_000, 'v'))
                        .key(filled(4_000_000, 'k'))),
                row("the longest key", drawn(), k -> k.text(text("x")).key(filled(4 << 10, 'k'))),
                row("a key of one byte too many", refused(RECORD_TOO_LARGE), k -> k.text(text("x"))
                        .key(filled((4 << 10) + 1, 'k'))),
                row("a key that is no UTF-8", refused(UNREADABLE_RECORD), k -> k.text(text("x"))
                        .key(new byte[] {'a', (byte) 0xff})),
                row("a key with half a surrogate pair", refused(UNREADABLE_RECORD), k -> k.text(text("x"))
                        .key(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80})),
                row("a key with NUL, line ends and a path", drawn(), k -> k.text(text("x"))
                        .key("../../\0/etc/\r\npasswd%s${jndi:x}")),
                row("a key of spaces", drawn(), k -> k.text(text("x")).key("  ")),
                row("a thousand headers", drawn(), k -> headers(k.text(text("x")), 1_000)),
                row("a header of 1 MB", drawn(), k -> k.text(text("x")).header("big", new byte[1 << 20])),
                row("a header of 5 MB, and a record that cannot be read", refused(UNREADABLE_RECORD), k -> k.text(
                                utf8("?"))
                        .header("big", new byte[5_000_000])),
                row("a header without a value", drawn(), k -> k.text(text("x")).header("none", null)),
                row("a header without a name", drawn(), k -> k.text(text("x")).header("", utf8("v"))),
                row("a traceparent that is none", drawn(), k -> k.text(text("x"))
                        .header("traceparent", filled(3_000, 0xff))),
                row("the headers of a dead letter", refused(UNREADABLE_RECORD), k -> forged(k.text(utf8("?")))));
    }

    private static List<Poison> times() {
        long now = Instant.now().toEpochMilli();
        return List.of(
                row("no timestamp", drawn(), k -> k.text(text("x")).at(-1)),
                row("no timestamp, and a record that cannot be read", refused(UNREADABLE_RECORD), k -> k.text(utf8("?"))
                        .at(-1)),
                row("no timestamp, with pages", drawnWithPages(), k -> k.text(
                                text("x").setLayout(layout(l -> l.setPages(true))))
                        .at(-1)),
                row("a timestamp of 1970", drawn(), k -> k.text(text("x")).at(0)),
                row("a timestamp of eight days ago", drawn(), k -> k.text(text("x"))
                        .at(now - Duration.ofDays(8).toMillis())),
                row("a timestamp of the year 3000", drawn(), k -> k.text(text("x"))
                        .at(Instant.parse("3000-01-01T00:00:00Z").toEpochMilli())),
                row("the last timestamp of all", drawn(), k -> k.text(text("x")).at(Long.MAX_VALUE)),
                row("the year 3000, and a record that cannot be read", refused(UNREADABLE_RECORD), k -> k.text(
                                utf8("?"))
                        .at(Instant.parse("3000-01-01T00:00:00Z").toEpochMilli())));
    }

    private static List<Poison> letters() {
        return List.of(
                row("no text", refused(EMPTY_TEXT), k -> k.text(text(""))),
                row("spaces alone", refused(EMPTY_TEXT), k -> k.text(text("  \t  "))),
                row(
                        "64 KiB of zero-width characters",
                        refused(EMPTY_TEXT),
                        k -> k.text(text("\u200b".repeat(MAX_TEXT / 3)))),
                row(
                        "64 KiB of combining marks on one letter",
                        drawn(),
                        k -> k.text(text("a" + "\u0301".repeat(MAX_TEXT / 2 - 1)))),
                row(
                        "64 KiB of one family of emoji",
                        drawn(),
                        k -> k.text(text("\ud83d\udc68" + "\u200d\ud83d\udc68".repeat(MAX_TEXT / 7 - 1)))),
                row("64 KiB of flags", drawn(), k -> k.text(text("\ud83c\udde9".repeat(MAX_TEXT / 4)))),
                row(
                        "text from right to left and back",
                        drawn(),
                        k -> k.text(text("\u202ea\u202c \u05d0\u05d1 \u0645\u0631\u062d\u0628\u0627 \u2066b\u2069"))),
                row(
                        "control characters",
                        drawn(),
                        k -> k.text(text("a\0\u0001\u0007\u001b[31m\u007f\u0085b\ufffe\uffff"))),
                row("line ends of all kinds", drawn(), k -> k.text(text("a\r\nb\rc\u2028d\u2029e\u0085f\u000bg\fh"))),
                row("1,500 lines", drawn(), k -> k.text(text("\n".repeat(1_500) + "x"))),
                row("64 KiB of line ends", refused(EMPTY_TEXT).orDrawn(), k -> k.text(text("\n".repeat(MAX_TEXT)))),
                row("one word of 64 KiB", drawn(), k -> k.text(text("x".repeat(MAX_TEXT)))),
                row("one word of 64 KiB that is spelt out", drawn(), k -> k.text(text("\ufdfa".repeat(MAX_TEXT / 3)))),
                row("one character of each block of Unicode", drawn(), k -> k.text(text(ofEachBlock()))));
    }

    private static List<Poison> options() {
        return List.of(
                row(
                        "a style of no letters",
                        refused(UNKNOWN_STYLE),
                        k -> k.text(text("x").setStyle(""))),
                row(
                        "a style with a path in it",
                        refused(UNKNOWN_STYLE),
                        k -> k.text(text("x").setStyle("../../\0natural"))),
                row(
                        "a model without a version",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel("no-such"))),
                row(
                        "a model with two versions",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel("a:b:c"))),
                row(
                        "a model with a path in it",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel("../\0:1"))),
                row(
                        "a model of no letters",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel(""))),
                row(
                        "a model that nobody has announced",
                        refused(UNKNOWN_MODEL),
                        k -> k.text(text("x").setModel("no-such:1"))),
                row("the least seed", drawn(), k -> k.text(text("x").setSeed(Long.MIN_VALUE))),
                row("the greatest seed", drawn(), k -> k.text(text("x").setSeed(Long.MAX_VALUE))));
    }

    private static List<Poison> layouts() {
        return List.of(
                layout("lines of no height", refused(INVALID_LAYOUT), "x", l -> l.setLineHeightPx(0)),
                layout(
                        "lines of negative height",
                        refused(INVALID_LAYOUT),
                        "x",
                        l -> l.setLineHeightPx(Integer.MIN_VALUE)),
                layout(
                        "lines of two billion pixels of height",
                        refused(INVALID_LAYOUT),
                        "x",
                        l -> l.setLineHeightPx(Integer.MAX_VALUE)),
                layout("lines of no width", refused(INVALID_LAYOUT), "x", l -> l.setLineWidthPx(0)),
                layout("lines of negative width", refused(INVALID_LAYOUT), "x", l -> l.setLineWidthPx(-1)),
                layout(
                        "lines of two billion pixels of width",
                        refused(INVALID_LAYOUT),
                        "x",
                        l -> l.setLineWidthPx(Integer.MAX_VALUE)),
                layout("an overlap that is no number", refused(INVALID_LAYOUT), "x", l -> l.setMaxOverlap(Double.NaN)),
                layout(
                        "an overlap without end",
                        refused(INVALID_LAYOUT),
                        "x",
                        l -> l.setMaxOverlap(Double.POSITIVE_INFINITY)),
                layout("a negative overlap", refused(INVALID_LAYOUT), "x", l -> l.setMaxOverlap(-0.1)),
                layout("pages of no lines", refused(INVALID_LAYOUT), "x", l -> l.setPages(true)
                        .setLinesPerPage(0)),
                layout("pages of two billion lines", refused(INVALID_LAYOUT), "x", l -> l.setPages(true)
                        .setLinesPerPage(Integer.MAX_VALUE)),
                layout("pages of 200 lines", drawnWithPages(), "x\n".repeat(201), l -> l.setPages(true)
                        .setLinesPerPage(200)),
                layout("a page of 800 million pixels", drawnWithPages(), "x", l -> l.setPages(true)
                        .setLinesPerPage(200)
                        .setLineHeightPx(256)
                        .setLineWidthPx(16_384)),
                layout("the lowest lines", drawn(), "The lowest.", l -> l.setLineHeightPx(16)
                        .setLineWidthPx(4_096)),
                layout("the highest lines", drawn(), "The highest.", l -> l.setLineHeightPx(256)
                        .setLineWidthPx(16_384)),
                layout("the narrowest lines", drawn(), "The narrowest, which break every word.", l -> l.setLineHeightPx(
                                256)
                        .setLineWidthPx(512)),
                layout("the longest line, every letter drawn anew", drawn(), "i".repeat(4_096), l -> l.setLineHeightPx(
                                16)
                        .setLineWidthPx(4_096)
                        .setVariation(Variation.FRESH)));
    }

    private static List<Poison> deliveries() {
        return List.of(
                new Poison(
                        "a gzip batch with a record that cannot be read",
                        Topics::texts,
                        Delivery.GZIP,
                        refused(UNREADABLE_RECORD),
                        k -> k.text(utf8("?"))),
                new Poison(
                        "a snappy batch with a record that cannot be read",
                        Topics::texts,
                        Delivery.SNAPPY,
                        refused(UNREADABLE_RECORD),
                        k -> k.text(utf8("?"))),
                new Poison(
                        "an lz4 batch with a record that cannot be read",
                        Topics::texts,
                        Delivery.LZ4,
                        refused(UNREADABLE_RECORD),
                        k -> k.text(utf8("?"))),
                new Poison(
                        "a zstd batch with a record that cannot be read",
                        Topics::texts,
                        Delivery.ZSTD,
                        refused(UNREADABLE_RECORD),
                        k -> k.text(utf8("?"))),
                new Poison(
                        "a record in a transaction that is aborted",
                        Topics::texts,
                        Delivery.ABORTED,
                        nothing(),
                        k -> k.text(text("x"))),
                row("the same document three times", drawn(), k -> k.text(text("x"))
                        .times(3)),
                row("the same dead letter three times", refused(UNREADABLE_RECORD), k -> k.text(utf8("?"))
                        .times(3)));
    }

    // How to make them ---------------------------------------------------------------------------------------------

    private static final String NESTED =
            "{\"type\":\"record\",\"name\":\"Nested\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Nested\"]}]}";

    private static Poison row(String name, Outcome outcome, Maker maker) {
        return new Poison(name, Topics::texts, Delivery.PLAIN, outcome, maker);
    }

    private static Poison zipped(String name, Outcome outcome, Maker maker) {
        return new Poison(name, Topics::texts, Delivery.ZSTD, outcome, maker);
    }

    private static Poison layout(String name, Outcome outcome, String text, Consumer<LayoutOptions.Builder> options) {
        return row(name, outcome, k -> k.text(text(text).setLayout(layout(options))));
    }

    private static LayoutOptions layout(Consumer<LayoutOptions.Builder> options) {
        LayoutOptions.Builder layout = LayoutOptions.newBuilder();
        options.accept(layout);
        return layout.build();
    }

    private static TextDocument.Builder text(String text) {
        return TextDocument.newBuilder().setText(text).setSeed(7L);
    }

    private static byte[] plain(String text) {
        return new AvroBytes().string(text).restOfDocument().toBytes();
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static AvroBytes nested(int depth) {
        AvroBytes bytes = new AvroBytes();
        for (int i = 0; i < depth; i++) {
            bytes.number(1);
        }
        return bytes.number(0);
    }

    private static ArrayNode fields(ObjectNode schema) {
        return (ArrayNode) schema.path("fields");
    }

    private static Schema typed(String field, String type, PoisonKitchen kitchen) throws Exception {
        return kitchen.changed(DOCUMENT, schema -> {
            for (var one : fields(schema)) {
                if (one.path("name").asText().equals(field)) {
                    ((ObjectNode) one).set("type", kitchen.json(type));
                    ((ObjectNode) one).remove("default");
                }
            }
        });
    }

    private static void withLaterVariation(ObjectNode schema) {
        ((ArrayNode) schema.findParent("symbols").path("symbols")).add("LATER");
    }

    private static String ofEachBlock() {
        StringBuilder text = new StringBuilder();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += 0x80) {
            if (Character.isDefined(point) && Character.getType(point) != Character.SURROGATE) {
                text.appendCodePoint(point).append(' ');
            }
        }
        return text.toString();
    }

    private static RawRecord headers(RawRecord record, int count) {
        RawRecord more = record;
        for (int i = 0; i < count; i++) {
            more = more.header("header-" + i, utf8("value"));
        }
        return more;
    }

    private static RawRecord forged(RawRecord record) {
        return record.header("inkstream.reason", utf8("FORGED"))
                .header("inkstream.topic", utf8("forged"))
                .header("inkstream.partition", utf8("99"))
                .header("inkstream.offset", utf8("99"))
                .header("inkstream.value.omitted", utf8("1"));
    }

    private static LineImage line() {
        return LineImage.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setText("x")
                .setPng(ByteBuffer.allocate(1))
                .setWidthPx(1)
                .setHeightPx(1)
                .setBaselinePx(1)
                .setGlyphs(List.<GlyphBox>of())
                .setSubstitutions(List.of())
                .setProvenance(Provenance.newBuilder()
                        .setModel("m:1")
                        .setModelSha256("")
                        .setPredictor("")
                        .setCpuFamily("")
                        .setStyle("")
                        .setSeed(1)
                        .setPolicyRevision("")
                        .setCodeVersion("")
                        .build())
                .build();
    }
}
