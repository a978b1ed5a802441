package io.inkstream.ops.it;

import static io.inkstream.ops.it.RawRecord.utf8;

import io.inkstream.ops.it.Poison.Delivery;
import io.inkstream.ops.it.Poison.Maker;
import io.inkstream.ops.it.Poison.Outcome;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.avro.Split;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;

/**
 * Poison for the topics that say what draws, and for the samples to learn from: one row a kind, and how to make it. What
 * becomes of it is the same for all: nothing.
 */
final class PoisonControls {
    /** What the servers answer to; anybody may write under it. */
    static final String SERVER = "poisoned-server";

    /** What the topology answers to. */
    static final String INSTANCE = "poisoned-topology";

    private static final String SHA = "ab".repeat(32);
    private static final Instant YEAR_3000 = Instant.parse("3000-01-01T00:00:00Z");
    private static final String LONG = "x".repeat(1_000_000);

    private PoisonControls() {}

    static Stream<Poison> models() {
        return Stream.of(
                        wire(Topics::models, "poison:1", k -> announcement(k, a -> {})).stream(),
                        Stream.of(
                                model("a version whose SHA-256 has a NUL", a -> a.setSha256("\0".repeat(64))),
                                model("a version whose SHA-256 is a path", a -> a.setSha256("../victim")),
                                model("a version whose SHA-256 is in capitals", a -> a.setSha256("AB".repeat(32))),
                                model(
                                        "a version whose SHA-256 has a million digits",
                                        a -> a.setSha256("a".repeat(1_000_000))),
                                model("a version without a SHA-256", a -> a.setSha256("")),
                                model("a version of -1 bytes", a -> a.setSizeBytes(-1)),
                                model("a version of no bytes", a -> a.setSizeBytes(0)),
                                model("a version of 2^62 bytes", a -> a.setSizeBytes(1L << 62)),
                                model("a version of no chunks", a -> a.setChunkCount(0)),
                                model("a version of two billion chunks", a -> a.setChunkCount(Integer.MAX_VALUE)),
                                model("a version of -1 chunks", a -> a.setChunkCount(-1)),
                                model("a version whose chunks never come", a -> {}),
                                model("a version with a path for a name", a -> a.setName("../../etc")),
                                model("a version without a name", a -> a.setName("")),
                                model("a version with a name of a million letters", a -> a.setName(LONG)),
                                model("a version with NUL in its version", a -> a.setVersion("\0")),
                                model("a version without classes", a -> a.setClasses(List.of())),
                                model("a version of 100,000 classes", a -> a.setClasses(classes(100_000))),
                                model(
                                        "a version of one class twice",
                                        a -> a.setClasses(Collections.nCopies(94, metrics("a", 1, 1, 0)))),
                                model(
                                        "a version with a class of a million letters",
                                        a -> a.setClasses(List.of(metrics(LONG, 1, 1, 0)))),
                                model(
                                        "a version with a class of no letters",
                                        a -> a.setClasses(List.of(metrics("", 1, 1, 0)))),
                                model(
                                        "a version with half a surrogate pair for a class",
                                        a -> a.setClasses(List.of(metrics("\ud800", 1, 1, 0)))),
                                model(
                                        "a version with widths that are no numbers",
                                        a -> a.setClasses(spoilt(a, Double.NaN))),
                                model(
                                        "a version with widths without end",
                                        a -> a.setClasses(spoilt(a, Double.POSITIVE_INFINITY))),
                                model("a version with widths of 1e300", a -> a.setClasses(spoilt(a, 1e300))),
                                model("a version with negative widths", a -> a.setClasses(spoilt(a, -5))),
                                model("a version without styles", a -> a.setStyles(List.of())),
                                model(
                                        "a version with a style without an end",
                                        a -> a.setStyles(List.of(style("natural", Double.NaN)))),
                                model(
                                        "a version of 20,000 styles",
                                        a -> a.setStyles(IntStream.range(0, 20_000)
                                                .mapToObj(i -> style("s" + i, 1))
                                                .toList())),
                                model(
                                        "a version of one style twice",
                                        a -> a.setStyles(Collections.nCopies(3, style("natural", 1)))),
                                model(
                                        "a version that lies where nobody may look",
                                        a -> a.setLocation("file:///etc/passwd").setChunkCount(0)),
                                model("a version that lies behind a path", a -> a.setLocation(
                                                "file:/srv/models/../../etc/passwd")
                                        .setChunkCount(0)),
                                model("a version that lies on this machine", a -> a.setLocation(
                                                "http://127.0.0.1:1/x.zip")
                                        .setChunkCount(0)),
                                model("a version whose location is no address", a -> a.setLocation(
                                                "\0 not an address %%")
                                        .setChunkCount(0)),
                                model(
                                        "a version whose location is a million letters",
                                        a -> a.setLocation("http://" + LONG).setChunkCount(0)),
                                model("a version with a card of 100,000 figures", a -> a.setCard(many(100_000))),
                                model(
                                        "a version with a provenance of 5 MB",
                                        a -> a.setProvenance(Map.of("notes", "x".repeat(5_000_000)))),
                                model(
                                        "a version announced at the end of time",
                                        a -> a.setAnnouncedAt(Instant.ofEpochMilli(Long.MAX_VALUE))),
                                model(
                                        "a version announced before all time",
                                        a -> a.setAnnouncedAt(Instant.ofEpochMilli(Long.MIN_VALUE))),
                                row(
                                        "a version under the key of another",
                                        Topics::models,
                                        k -> RawRecord.of("somebody:else", k.framed(announcement(k, a -> {})))),
                                row(
                                        "a version under a key that is no version",
                                        Topics::models,
                                        k -> RawRecord.of("no version", k.framed(announcement(k, a -> {})))),
                                row(
                                        "a version under a key with a path",
                                        Topics::models,
                                        k -> RawRecord.of(
                                                "../../x:1", k.framed(announcement(k, a -> a.setName("../../x")
                                                        .setVersion("1"))))),
                                row(
                                        "a version with other bytes under the id that serves",
                                        Topics::models,
                                        k -> serving(k, a -> a.setSha256(SHA))),
                                row(
                                        "the version that serves with other classes",
                                        Topics::models,
                                        k -> serving(k, a -> a.setClasses(classes(3)))),
                                row(
                                        "the version that serves with other widths",
                                        Topics::models,
                                        k -> serving(k, a -> a.setClasses(spoilt(a, 40)))),
                                row(
                                        "the version that serves with no styles",
                                        Topics::models,
                                        k -> serving(k, a -> a.setStyles(List.of()))),
                                row(
                                        "the version that serves with another size",
                                        Topics::models,
                                        k -> serving(k, a -> a.setSizeBytes(5))),
                                row(
                                        "the version that serves in no chunks",
                                        Topics::models,
                                        k -> serving(k, a -> a.setChunkCount(0))),
                                row(
                                        "the version that serves at another place",
                                        Topics::models,
                                        k -> serving(k, a -> a.setLocation("file:///etc/passwd"))),
                                row(
                                        "a withdrawal of what was never there",
                                        Topics::models,
                                        k -> RawRecord.of("never:there", null)),
                                row("a withdrawal of a path", Topics::models, k -> RawRecord.of("../../victim", null))))
                .flatMap(rows -> rows);
    }

    static Stream<Poison> chunks() {
        return Stream.of(
                        wire(Topics::modelChunks, "poison:1:0", k -> chunk(c -> {})).stream(),
                        Stream.of(
                                chunk("a chunk whose SHA-256 has a NUL", "poison:1:0", c -> c.setSha256("\0")),
                                chunk("a chunk whose SHA-256 is a path", "poison:1:0", c -> c.setSha256("../victim")),
                                chunk(
                                        "a chunk whose SHA-256 has a million digits",
                                        "poison:1:0",
                                        c -> c.setSha256("a".repeat(1_000_000))),
                                chunk("a chunk of a negative index", "poison:1:-1", c -> c.setIndex(-1)),
                                chunk("a chunk beyond the last", "poison:1:5", c -> c.setIndex(5)),
                                chunk("a chunk of the greatest index", "poison:1:2147483647", c -> c.setIndex(
                                                Integer.MAX_VALUE)
                                        .setCount(Integer.MAX_VALUE)),
                                chunk("a chunk of no chunks", "poison:1:0", c -> c.setCount(0)),
                                chunk("a chunk of -1 chunks", "poison:1:0", c -> c.setCount(-1)),
                                chunk(
                                        "a chunk of two billion chunks",
                                        "poison:1:0",
                                        c -> c.setCount(Integer.MAX_VALUE)),
                                chunk("a chunk of no bytes", "poison:1:0", c -> c.setData(ByteBuffer.allocate(0))),
                                chunk(
                                        "a chunk of one byte too many",
                                        "poison:1:0",
                                        c -> c.setData(ByteBuffer.allocate((512 << 10) + 1))),
                                chunk("a chunk of 7 MB", "poison:1:0", c -> c.setData(ByteBuffer.allocate(7_000_000))),
                                chunk("a chunk under the key of another", "poison:1:7", c -> {}),
                                chunk("a chunk under a key that is no chunk", "poison", c -> {}),
                                chunk("a chunk under a key with a path", "../../x:1:0", c -> {}),
                                row("the same chunk a hundred times", Topics::modelChunks, k -> RawRecord.of(
                                                "poison:1:0", k.framed(chunk(c -> {})))
                                        .times(100)),
                                row("40 MB of chunks of nobody", Topics::modelChunks, k -> RawRecord.of(
                                                "nobody:1:0",
                                                k.framed(chunk(c -> c.setData(ByteBuffer.allocate(512 << 10)))))
                                        .times(80)),
                                row(
                                        "a chunk of other bytes under the next version's key",
                                        Topics::modelChunks,
                                        k -> RawRecord.of(
                                                k.nextWitness() + ":0",
                                                k.framed(chunk(c -> c.setSha256(k.nextWitnessSha256()))))),
                                row(
                                        "a chunk of another count under the next version's key",
                                        Topics::modelChunks,
                                        k -> RawRecord.of(k.nextWitness() + ":0", k.framed(chunk(c -> c.setSha256(
                                                        k.nextWitnessSha256())
                                                .setCount(9))))),
                                row(
                                        "a withdrawal of a chunk that was never there",
                                        Topics::modelChunks,
                                        k -> RawRecord.of("never:there:0", null))))
                .flatMap(rows -> rows);
    }

    static Stream<Poison> rollouts() {
        return Stream.of(
                        wire(Topics::rollouts, "poison", k -> policy(p -> {})).stream(),
                        Stream.of(
                                policy(
                                        "a candidate's share of 101 %",
                                        p -> p.setCandidate("x:1").setCandidatePercent(101)),
                                policy(
                                        "a candidate's share of -5 %",
                                        p -> p.setCandidate("x:1").setCandidatePercent(-5)),
                                policy(
                                        "a shadow's share of two billion %",
                                        p -> p.setShadow("x:1").setShadowPercent(Integer.MAX_VALUE)),
                                policy("an error rate that is no number", p -> p.setMaxCandidateErrorRate(Double.NaN)),
                                policy("an error rate of 2", p -> p.setMaxCandidateErrorRate(2)),
                                policy("a latency of 0 ms", p -> p.setMaxCandidateLatencyMs(0)),
                                policy("a latency of -1 ms", p -> p.setMaxCandidateLatencyMs(-1)),
                                policy("a stable version that nobody has", p -> p.setStable("no-such")),
                                policy("a stable version with a path in it", p -> p.setStable("../../\0x")),
                                policy("a stable version of a million letters", p -> p.setStable(LONG)),
                                policy("a stable version of another model", p -> p.setStable("other:1")),
                                policy("a stable version of no letters", p -> p.setStable("")),
                                policy("frozen, with nothing allowed", p -> p.setFrozen(true)
                                        .setStable("no-such")),
                                policy("a candidate of a million letters", p -> p.setCandidate(LONG)
                                        .setCandidatePercent(50)),
                                policy("pins of 100,000 documents", p -> p.setDocumentPins(many(100_000))),
                                policy(
                                        "pins of 20,000 styles to what is no version",
                                        p -> p.setStylePins(many(20_000))),
                                policy(
                                        "100,000 earlier versions",
                                        p -> p.setEarlier(Collections.nCopies(100_000, "x:1"))),
                                policy("a comment of 5 MB", p -> p.setComment("x".repeat(5_000_000))),
                                policy("no revision", p -> p.setRevision("")),
                                policy("a revision of a million letters", p -> p.setRevision(LONG)),
                                policy("the revision that means no policy", p -> p.setRevision("default")),
                                policy("10,000 steps", p -> p.setCandidate("x:1")
                                        .setSteps(Collections.nCopies(10_000, step(1, 1)))),
                                policy("steps of negative shares and times", p -> p.setCandidate("x:1")
                                        .setSteps(List.of(step(-1, -1), step(500, Integer.MIN_VALUE)))),
                                policy("steps that take 2,000 years", p -> p.setCandidate("x:1")
                                        .setSteps(Collections.nCopies(30, step(1, Integer.MAX_VALUE)))),
                                policy("a baking time of -1 s", p -> p.setBakeSeconds(-1)),
                                policy("a baking time of 68 years", p -> p.setBakeSeconds(Integer.MAX_VALUE)),
                                row(
                                        "a policy of a model that nobody has",
                                        Topics::rollouts,
                                        k -> RawRecord.of("nobody-" + k.newKey("p"), k.framed(policy(p -> {})))),
                                row(
                                        "a policy of a model that nobody has, written in the year 3000",
                                        Topics::rollouts,
                                        k -> RawRecord.of("nobody-3000", k.framed(policy(p -> {})))
                                                .at(YEAR_3000.toEpochMilli())),
                                row("a policy written in the year 3000", Topics::rollouts, k -> ours(
                                                k, policy(p -> p.setStable("no-such")))
                                        .at(YEAR_3000.toEpochMilli())),
                                row("a policy without a time", Topics::rollouts, k -> ours(
                                                k, policy(p -> p.setStable("no-such")))
                                        .at(-1)),
                                row(
                                        "a policy of a path",
                                        Topics::rollouts,
                                        k -> RawRecord.of("../../x", k.framed(policy(p -> {})))),
                                row(
                                        "a policy of a model of a million letters",
                                        Topics::rollouts,
                                        k -> RawRecord.of(LONG, k.framed(policy(p -> {})))),
                                row(
                                        "a withdrawal of a policy that was never there",
                                        Topics::rollouts,
                                        k -> RawRecord.of("never-there", null))))
                .flatMap(rows -> rows);
    }

    static Stream<Poison> modelStatus() {
        return Stream.of(
                        wire(Topics::modelStatus, "poison/poison:1", k -> status(s -> {})).stream(),
                        Stream.of(
                                status("a status under a key without a slash", "poison", s -> {}),
                                status("a status of no server", "/poison:1", s -> s.setServerId("")),
                                status("a status of no version", "poison/", s -> s.setModel("")),
                                status("a status under a key of slashes", "////", s -> {}),
                                status(
                                        "a status of another server than its key",
                                        "poison/poison:1",
                                        s -> s.setServerId("other")),
                                status(
                                        "a status of a version that nobody has",
                                        "poison/no-such:1",
                                        s -> s.setState(ModelState.READY)),
                                status("a status whose SHA-256 has a NUL", "poison/poison:1", s -> s.setSha256("\0")),
                                status(
                                        "a status whose reason has 3,000,000 letters",
                                        "poison/poison:1",
                                        s -> s.setState(ModelState.REJECTED).setReason("x".repeat(3_000_000))),
                                status(
                                        "a status of the end of time",
                                        "poison/poison:1",
                                        s -> s.setReportedAt(Instant.ofEpochMilli(Long.MAX_VALUE))),
                                status(
                                        "a status from before all time",
                                        "poison/poison:1",
                                        s -> s.setReportedAt(Instant.ofEpochMilli(Long.MIN_VALUE))),
                                status(
                                        "a status with 100,000 figures that are no numbers",
                                        "poison/poison:1",
                                        s -> s.setCanary(numbers(100_000))),
                                status(
                                        "a status with a picture of 6 MB",
                                        "poison/poison:1",
                                        s -> s.setCanaryPng(ByteBuffer.allocate(6_000_000))),
                                row(
                                        "a status of a server of a million letters",
                                        Topics::modelStatus,
                                        k -> RawRecord.of(LONG + "/poison:1", k.framed(status(s -> {})))),
                                row(
                                        "a status of a state that is not invented yet",
                                        Topics::modelStatus,
                                        k -> RawRecord.of(
                                                "poison/poison:1",
                                                k.framed(
                                                        k.changed(
                                                                ModelStatus.getClassSchema(),
                                                                PoisonControls::withLaterState),
                                                        new AvroBytes()
                                                                .string("poison")
                                                                .string("poison:1")
                                                                .string(SHA)
                                                                .number(9)
                                                                .string("")
                                                                .number(0)
                                                                .number(0)
                                                                .string("")
                                                                .number(0)
                                                                .toBytes()))),
                                row("a status written in the year 3000", Topics::modelStatus, k -> RawRecord.of(
                                                "zombie/poison:1", k.framed(status(s -> s.setServerId("zombie")
                                                        .setState(ModelState.READY))))
                                        .at(YEAR_3000.toEpochMilli())),
                                row("a status without a time", Topics::modelStatus, k -> RawRecord.of(
                                                "old/poison:1", k.framed(status(s -> s.setServerId("old")
                                                        .setState(ModelState.READY))))
                                        .at(-1)),
                                row(
                                        "a status under the serving server's own key",
                                        Topics::modelStatus,
                                        k -> RawRecord.of(
                                                SERVER + "/" + k.servingId(),
                                                k.framed(status(s -> s.setState(ModelState.REJECTED))))),
                                row(
                                        "a withdrawal of the serving server's own status",
                                        Topics::modelStatus,
                                        k -> RawRecord.of(SERVER + "/" + k.servingId(), null)),
                                row(
                                        "the serving version rejected by somebody else",
                                        Topics::modelStatus,
                                        k -> RawRecord.of(
                                                "other/" + k.servingId(), k.framed(status(s -> s.setServerId("other")
                                                        .setModel(k.servingId())
                                                        .setState(ModelState.REJECTED))))),
                                row(
                                        "a withdrawal of a status that was never there",
                                        Topics::modelStatus,
                                        k -> RawRecord.of("never/there:1", null)),
                                row(
                                        "a withdrawal of a status under a key without a slash",
                                        Topics::modelStatus,
                                        k -> RawRecord.of("never-there", null))))
                .flatMap(rows -> rows);
    }

    static Stream<Poison> rolloutStatus() {
        return Stream.of(
                        wire(Topics::rolloutStatus, "poison/poison", k -> said(s -> {})).stream(),
                        Stream.of(
                                said("a word under a key without a slash", "poison", s -> {}),
                                said(
                                        "a word of another instance than its key",
                                        "poison/poison",
                                        s -> s.setInstance("other")),
                                said("a word of a policy that nobody wrote", "poison/poison", s -> s.setInForce(
                                                "nobody")
                                        .setStable("no-such:1")),
                                said("a word of a stable version with a NUL", "poison/poison", s -> s.setInForce(
                                                "nobody")
                                        .setStable("\0")),
                                said(
                                        "a word of a stable version of a million letters",
                                        "poison/poison",
                                        s -> s.setInForce("nobody").setStable(LONG)),
                                said(
                                        "a halt for a reason of 3,000,000 letters",
                                        "poison/poison",
                                        s -> s.setHaltedRevision("nobody").setHaltReason("x".repeat(3_000_000))),
                                said(
                                        "a halt of a revision of a million letters",
                                        "poison/poison",
                                        s -> s.setHaltedRevision(LONG)),
                                said("a halt of no revision", "poison/poison", s -> s.setHaltedRevision("")),
                                said(
                                        "100,000 versions of -1 documents",
                                        "poison/poison",
                                        s -> s.setRoutedDocuments(longs(100_000))),
                                said("a share of -5 %", "poison/poison", s -> s.setCandidatePercent(-5)),
                                said(
                                        "a word of the end of time",
                                        "poison/poison",
                                        s -> s.setReportedAt(Instant.ofEpochMilli(Long.MAX_VALUE))),
                                said("a word of a model of a million letters", "poison/poison", s -> s.setModel(LONG)
                                        .setInForce("x")
                                        .setHaltedRevision("x")),
                                row("a word written in the year 3000", Topics::rolloutStatus, k -> RawRecord.of(
                                                "poison/poison", k.framed(said(s -> {})))
                                        .at(YEAR_3000.toEpochMilli())),
                                row(
                                        "a withdrawal of this instance's own word",
                                        Topics::rolloutStatus,
                                        k -> RawRecord.of(INSTANCE + "/" + k.servingName(), null)),
                                row(
                                        "another word under this instance's own key",
                                        Topics::rolloutStatus,
                                        k -> RawRecord.of(
                                                INSTANCE + "/" + k.servingName(),
                                                k.framed(said(s -> s.setPolicyRevision("other")
                                                        .setHeld("nonsense"))))),
                                row("the same halt 300 times", Topics::rolloutStatus, k -> RawRecord.of(
                                                "poison/poison", k.framed(said(s -> s.setHaltedRevision("nobody"))))
                                        .times(300))))
                .flatMap(rows -> rows);
    }

    static Stream<Poison> samples() {
        return Stream.of(
                        wire(Topics::glyphSamples, "poison", k -> sample(s -> {})).stream(),
                        Stream.of(
                                sample("an image of no pixels", s -> s.setImage(ByteBuffer.allocate(0))),
                                sample("an image that lacks one pixel", s -> s.setImage(ByteBuffer.allocate(783))),
                                sample("an image of one pixel too many", s -> s.setImage(ByteBuffer.allocate(785))),
                                sample("an image of 7,000,000 pixels", s -> s.setImage(ByteBuffer.allocate(7_000_000))),
                                sample("a character of no letters", s -> s.setCharacter("")),
                                sample("a character of 5,000,000 letters", s -> s.setCharacter("x".repeat(5_000_000))),
                                sample("a character that is NUL", s -> s.setCharacter("\0")),
                                sample("a character of another alphabet", s -> s.setCharacter("\u5b57")),
                                sample("a writer with a path for a name", s -> s.setWriter("../../etc")),
                                sample("a writer of 5,000,000 letters", s -> s.setWriter("x".repeat(5_000_000))),
                                sample("a source of 5,000,000 letters", s -> s.setSource("x".repeat(5_000_000))),
                                sample("a source with line ends", s -> s.setSource("a\tb\r\nc\0")),
                                sample("a support of two billion", s -> s.setSupport(Integer.MAX_VALUE)),
                                sample("a negative support", s -> s.setSupport(Integer.MIN_VALUE)),
                                row(
                                        "a sample under a key of a million letters",
                                        Topics::glyphSamples,
                                        k -> RawRecord.of(LONG, k.framed(sample(s -> {})))),
                                row(
                                        "a sample under a path",
                                        Topics::glyphSamples,
                                        k -> RawRecord.of("../../\0x", k.framed(sample(s -> {})))),
                                row("the same sample a hundred times", Topics::glyphSamples, k -> RawRecord.of(
                                                "again", k.framed(sample(s -> {})))
                                        .times(100)),
                                row(
                                        "a withdrawal of a sample that was never there",
                                        Topics::glyphSamples,
                                        k -> RawRecord.of("never-there", null))))
                .flatMap(rows -> rows);
    }

    // How to make them ---------------------------------------------------------------------------------------------

    private interface Good {
        SpecificRecord make(PoisonKitchen kitchen) throws Exception;
    }

    /** What can be wrong with a record of any topic; brokers themselves refuse a compacted one without a key. */
    private static List<Poison> wire(Function<Topics, Topic<?, ?>> topic, String key, Good good) {
        List<Poison> rows = new ArrayList<>();
        rows.add(row("bytes that are no Avro", topic, k -> RawRecord.of(key, utf8("?"))));
        rows.add(row("a value of no bytes", topic, k -> RawRecord.of(key, new byte[0])));
        rows.add(row(
                "a schema id that nobody has",
                topic,
                k -> RawRecord.of(key, PoisonKitchen.framed(Integer.MAX_VALUE, utf8("?")))));
        rows.add(row("a negative schema id", topic, k -> RawRecord.of(key, PoisonKitchen.framed(-1, utf8("?")))));
        rows.add(row(
                "a TextDocument",
                topic,
                k -> RawRecord.of(
                        key, k.framed(TextDocument.newBuilder().setText("x").build()))));
        rows.add(row("a record cut off", topic, k -> {
            byte[] whole = k.framed(good.make(k));
            return RawRecord.of(key, java.util.Arrays.copyOf(whole, whole.length / 2));
        }));
        rows.add(row("a key of no bytes", topic, k -> RawRecord.of("", k.framed(good.make(k)))));
        rows.add(row("a key that is no UTF-8", topic, k -> RawRecord.of(key, k.framed(good.make(k)))
                .key(new byte[] {'a', (byte) 0xff, '/'})));
        rows.add(row("a key that is NUL", topic, k -> RawRecord.of("\0", k.framed(good.make(k)))));
        rows.add(
                row("a header of 1 MB", topic, k -> RawRecord.of(key, utf8("?")).header("big", new byte[1 << 20])));
        rows.add(row(
                "a field of 2,000,000 characters more",
                topic,
                k -> RawRecord.of(
                        key, k.extended(good.make(k), "\"string\"", new AvroBytes().string("y".repeat(2_000_000))))));
        rows.add(row(
                "a record in a transaction that is aborted",
                topic,
                Delivery.ABORTED,
                k -> RawRecord.of(key, utf8("?"))));
        return rows;
    }

    private static Poison row(String name, Function<Topics, Topic<?, ?>> topic, Maker maker) {
        return row(name, topic, Delivery.PLAIN, maker);
    }

    private static Poison row(String name, Function<Topics, Topic<?, ?>> topic, Delivery delivery, Maker maker) {
        return new Poison(name, topic, delivery, Outcome.nothing(), maker);
    }

    private static Poison model(String name, Consumer<ModelAnnouncement.Builder> spoil) {
        return row(name, Topics::models, k -> {
            ModelAnnouncement record = announcement(k, spoil);
            return RawRecord.of(record.getName() + ":" + record.getVersion(), k.framed(record));
        });
    }

    /** Of a version of its own that would be in order but for what the caller does to it. */
    private static ModelAnnouncement announcement(PoisonKitchen kitchen, Consumer<ModelAnnouncement.Builder> spoil) {
        ModelAnnouncement.Builder announcement = kitchen.shipped()
                .setName(kitchen.newKey("poison"))
                .setVersion("1")
                .setSha256(SHA)
                .setLocation(null);
        spoil.accept(announcement);
        return announcement.build();
    }

    private static RawRecord serving(PoisonKitchen kitchen, Consumer<ModelAnnouncement.Builder> spoil)
            throws Exception {
        ModelAnnouncement.Builder announcement = kitchen.shipped();
        spoil.accept(announcement);
        return RawRecord.of(kitchen.servingId(), kitchen.framed(announcement.build()));
    }

    private static ClassMetrics metrics(String character, double height, double width, double bottom) {
        return ClassMetrics.newBuilder()
                .setCharacter(character)
                .setHeight(height)
                .setWidth(width)
                .setBottom(bottom)
                .build();
    }

    private static List<ClassMetrics> classes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> metrics(Character.toString(0x20000 + i), 1, 1, 0))
                .toList();
    }

    /** The classes with the width of each replaced. */
    private static List<ClassMetrics> spoilt(ModelAnnouncement.Builder announcement, double width) {
        return announcement.getClasses().stream()
                .map(one -> metrics(one.getCharacter(), one.getHeight(), width, one.getBottom()))
                .toList();
    }

    private static StyleMetrics style(String name, double pen) {
        return StyleMetrics.newBuilder()
                .setName(name)
                .setPen(pen)
                .setGap(1)
                .setWordSpace(1)
                .build();
    }

    private static Poison chunk(String name, String key, Consumer<ModelChunk.Builder> spoil) {
        return row(name, Topics::modelChunks, k -> RawRecord.of(key, k.framed(chunk(spoil))));
    }

    private static ModelChunk chunk(Consumer<ModelChunk.Builder> spoil) {
        ModelChunk.Builder chunk = ModelChunk.newBuilder()
                .setIndex(0)
                .setCount(1)
                .setSha256(SHA)
                .setData(ByteBuffer.wrap(utf8("no bundle at all")));
        spoil.accept(chunk);
        return chunk.build();
    }

    private static Poison policy(String name, Consumer<RolloutPolicy.Builder> spoil) {
        return row(
                name,
                Topics::rollouts,
                k -> ours(k, policy(p -> {
                    p.setRevision(k.newKey("poison"));
                    spoil.accept(p);
                })));
    }

    /** Of the model that serves. */
    private static RawRecord ours(PoisonKitchen kitchen, RolloutPolicy policy) throws Exception {
        return RawRecord.of(kitchen.servingName(), kitchen.framed(policy));
    }

    private static RolloutPolicy policy(Consumer<RolloutPolicy.Builder> spoil) {
        RolloutPolicy.Builder policy = RolloutPolicy.newBuilder().setRevision("poison");
        spoil.accept(policy);
        return policy.build();
    }

    private static RolloutStep step(int percent, int seconds) {
        return RolloutStep.newBuilder().setPercent(percent).setSeconds(seconds).build();
    }

    private static Poison status(String name, String key, Consumer<ModelStatus.Builder> spoil) {
        return row(name, Topics::modelStatus, k -> RawRecord.of(key, k.framed(status(spoil))));
    }

    private static ModelStatus status(Consumer<ModelStatus.Builder> spoil) {
        ModelStatus.Builder status = ModelStatus.newBuilder()
                .setServerId("poison")
                .setModel("poison:1")
                .setSha256(SHA)
                .setState(ModelState.WARMING)
                .setReportedAt(Instant.now());
        spoil.accept(status);
        return status.build();
    }

    private static Poison said(String name, String key, Consumer<RolloutStatus.Builder> spoil) {
        return row(name, Topics::rolloutStatus, k -> RawRecord.of(key, k.framed(said(spoil))));
    }

    private static RolloutStatus said(Consumer<RolloutStatus.Builder> spoil) {
        RolloutStatus.Builder status = RolloutStatus.newBuilder()
                .setInstance("poison")
                .setModel("poison")
                .setPolicyRevision("poison")
                .setInForce("")
                .setReportedAt(Instant.now());
        spoil.accept(status);
        return status.build();
    }

    private static Poison sample(String name, Consumer<GlyphSample.Builder> spoil) {
        return row(name, Topics::glyphSamples, k -> RawRecord.of(k.newKey("poison"), k.framed(sample(spoil))));
    }

    static GlyphSample sample(Consumer<GlyphSample.Builder> spoil) {
        GlyphSample.Builder sample = GlyphSample.newBuilder()
                .setCharacter("a")
                .setImage(ByteBuffer.allocate(28 * 28))
                .setSource("poison")
                .setSplit(Split.TRAIN);
        spoil.accept(sample);
        return sample.build();
    }

    private static Map<String, String> many(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> "no version " + i));
    }

    private static Map<String, Double> numbers(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> Double.NaN));
    }

    private static Map<String, Long> longs(int count) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "key-" + i, i -> -1L));
    }

    private static void withLaterState(com.fasterxml.jackson.databind.node.ObjectNode schema) {
        ((com.fasterxml.jackson.databind.node.ArrayNode)
                        schema.findParent("symbols").path("symbols"))
                .add("LATER");
    }
}
