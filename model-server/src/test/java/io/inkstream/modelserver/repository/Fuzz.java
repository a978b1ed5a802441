package io.inkstream.modelserver.repository;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.predict.NetworkCost;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Feeds spoilt input to whatever reads what others wrote: it may be refused in the words that are meant for it, and nothing
 * else may come of it.
 *
 * <p>The long form, which prints what the short one in {@link FuzzTest} would fail with: {@code Fuzz INPUTS [FIRST]}, with
 * the test class path and as little heap as a server has. Input {@code n} is the same whenever it is made.
 */
public final class Fuzz {
    private static final Topics TOPICS = new Topics("", Map.of("schema.registry.url", "mock://fuzz"));
    private static final Manifest MANIFEST = TestBundles.manifest("a", "1");
    private static final long MAX_BUNDLE_BYTES = 1 << 20;
    private static final Duration TOO_LONG = Duration.ofSeconds(20);
    private static final int[] INTERESTING = {
        0, 1, -1, 2, 16, 127, 128, 255, 256, 32_767, 65_535, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30
    };
    private static final List<String> WORDS = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "null",
            "true",
            "1e999",
            "-1e-999",
            "NaN",
            "99999999999999999999",
            "-1",
            "\\u0000",
            "\\ud800",
            "../",
            "\0",
            "{}",
            "[]",
            "[[[[[[[[",
            "\u00e9",
            "a:1");

    /** Something that reads. */
    interface Reader {
        /** Reads, or throws what it is meant to throw. */
        void read(byte[] input) throws InvalidBundleException, RejectedModelException;
    }

    /**
     * A reader and what it takes.
     *
     * @param seeds good inputs, to be spoilt
     */
    record Target(String name, List<byte[]> seeds, Reader reader) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Fuzz() {}

    static List<Target> targets() {
        ModelBundle good =
                new ModelBundle(MANIFEST, "generator".getBytes(UTF_8), "reader".getBytes(UTF_8), Map.of("a", 1));
        byte[] stored = good.toBytes();
        Map<String, byte[]> parts = parts(stored);
        byte[] generator = TestBundles.generator(1);
        byte[] reader = TestBundles.reader(1);
        return List.of(
                new Target(
                        "bundle",
                        List.of(stored, deflated(parts)),
                        bytes -> ModelBundle.parse(bytes, MAX_BUNDLE_BYTES)),
                new Target("manifest", List.of(parts.get("manifest.json")), json -> {
                    Map<String, byte[]> spoilt = new LinkedHashMap<>(parts);
                    spoilt.put("manifest.json", json);
                    ModelBundle bundle = ModelBundle.parse(stored(spoilt), MAX_BUNDLE_BYTES);
                    announcement(stored, good.manifest()).check(bundle.manifest());
                }),
                new Target(
                        "generator",
                        List.of(generator, TestBundles.torchLikeGenerator(1)),
                        onnx -> NetworkCost.of(new ModelBundle(MANIFEST, onnx, reader, Map.of()))),
                new Target(
                        "reader",
                        List.of(reader),
                        onnx -> NetworkCost.of(new ModelBundle(MANIFEST, generator, onnx, Map.of()))),
                new Target(
                        "announcement",
                        List.of(written(TOPICS.models(), TestBundles.announcement(stored, MANIFEST, Instant.EPOCH))),
                        bytes -> {
                            ModelAnnouncement record = read(TOPICS.models(), bytes);
                            if (Announcement.fault("a:1", record).isEmpty()) {
                                Announcement made = Announcement.of(record);
                                made.weightBytes();
                                made.check(MAX_BUNDLE_BYTES, new Locations(List.of("file:/srv/models/"), TOO_LONG));
                                made.check(MANIFEST);
                            }
                        }),
                new Target(
                        "chunk",
                        List.of(written(
                                TOPICS.modelChunks(),
                                new ModelChunk(0, 1, Sha256.of(stored).hex(), ByteBuffer.wrap(new byte[40])))),
                        bytes -> {
                            ModelChunk chunk = read(TOPICS.modelChunks(), bytes);
                            ChunkBuffer buffer = new ChunkBuffer(MAX_BUNDLE_BYTES);
                            ChunkBuffer.Key key;
                            try {
                                key = new ChunkBuffer.Key(
                                        new ModelId("a", "1"), new Sha256(chunk.getSha256()), chunk.getCount());
                            } catch (IllegalArgumentException e) {
                                throw new RejectedModelException(e.getMessage(), e);
                            }
                            buffer.add(key, chunk, true);
                            buffer.takeComplete(key, 40);
                        }),
                new Target(
                        "policy",
                        List.of(written(TOPICS.rollouts(), policy())),
                        bytes -> TopicFollower.namedBy("a", read(TOPICS.rollouts(), bytes), new ArrayList<>())));
    }

    /** Input {@code number} of a target: one of its seeds, spoilt in a few places. */
    static byte[] input(Target target, long number) {
        SplittableRandom random = new SplittableRandom(
                number * 0x9E3779B97F4A7C15L + target.name().hashCode());
        byte[] bytes = target.seeds().get(random.nextInt(target.seeds().size()));
        int places = 1 + random.nextInt(1 + random.nextInt(6));
        for (int i = 0; i < places; i++) {
            bytes = spoilt(bytes, target, random);
        }
        return bytes;
    }

    /** Feeds one input. */
    static void feed(Target target, byte[] input) {
        try {
            target.reader().read(input);
        } catch (InvalidBundleException | RejectedModelException | NotNowException | SerializationException meant) {
            if (meant.getMessage() == null || meant.getMessage().length() > 100_000) {
                throw new AssertionError("refused without a reason, or with far too long a one", meant);
            }
        }
    }

    /** The long form. */
    public static void main(String[] args) throws InterruptedException {
        long inputs = Long.parseLong(args[0]);
        long first = args.length > 1 ? Long.parseLong(args[1]) : 0;
        List<Target> targets = targets();
        Watch watch = new Watch();
        watch.start();
        int faults = 0;
        long[] refused = new long[targets.size()];
        for (long number = first; number < first + inputs; number++) {
            int which = (int) (number % targets.size());
            Target target = targets.get(which);
            byte[] input = input(target, number);
            watch.begins(target.name(), number);
            try {
                target.reader().read(input);
            } catch (InvalidBundleException | RejectedModelException | NotNowException | SerializationException meant) {
                refused[which]++;
            } catch (RuntimeException | Error e) {
                faults++;
                System.out.println("FAULT of " + target.name() + " by input " + number + ": " + e);
                e.printStackTrace(System.out);
                if (faults >= 50) {
                    break;
                }
            }
            if ((number + 1) % 1_000_000 == 0) {
                System.out.println(number + 1 + " inputs, " + faults + " faults, refused " + Arrays.toString(refused));
            }
        }
        watch.ends();
        System.out.println(inputs + " inputs from " + first + " on, " + faults + " faults; refused of each kind: "
                + Arrays.toString(refused));
        System.exit(faults == 0 ? 0 : 1);
    }

    /** Ends the process, with the stack of what hangs. */
    private static final class Watch extends Thread {
        private final Thread watched = Thread.currentThread();
        private volatile String what = "";
        private volatile long sinceNanos = System.nanoTime();

        Watch() {
            super("watch");
            setDaemon(true);
        }

        void begins(String target, long number) {
            sinceNanos = System.nanoTime();
            what = target + " by input " + number;
        }

        void ends() {
            what = "";
        }

        @Override
        public void run() {
            while (true) {
                if (!what.isEmpty() && System.nanoTime() - sinceNanos > TOO_LONG.toNanos()) {
                    System.out.println("HANGS: " + what);
                    Arrays.stream(watched.getStackTrace()).forEach(System.out::println);
                    Runtime.getRuntime().halt(3);
                }
                try {
                    sleep(1_000);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }

    private static byte[] spoilt(byte[] bytes, Target target, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = place(bytes.length, random);
        int length = 1 + random.nextInt(Math.min(1 + random.nextInt(64), bytes.length - at));
        byte[] copy = bytes.clone();
        switch (random.nextInt(9)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
            case 2 -> {
                ByteBuffer numbers = ByteBuffer.wrap(copy)
                        .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
                if (at + Integer.BYTES <= copy.length) {
                    numbers.putInt(at, INTERESTING[random.nextInt(INTERESTING.length)]);
                }
            }
            case 3 -> copy = joined(bytes, at, at + length, new byte[0]);
            case 4 -> copy = joined(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            case 5 -> copy = joined(bytes, at, at + random.nextInt(1 + length), word(random));
            case 6 -> {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                copy = joined(bytes, at, at + random.nextInt(1 + length), noise);
            }
            case 7 -> {
                byte[] other = target.seeds().get(random.nextInt(target.seeds().size()));
                int from = random.nextInt(other.length);
                int end = Math.min(other.length, from + length);
                copy = joined(bytes, at, at + length, Arrays.copyOfRange(other, from, end));
            }
            default -> copy = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, at) : copy;
        }
        return copy;
    }

    /** Mostly where the structure of a large file is: before its weights and behind them. */
    private static int place(int length, SplittableRandom random) {
        if (length < 8_000 || random.nextInt(4) == 0) {
            return random.nextInt(length);
        }
        return random.nextBoolean() ? random.nextInt(4_000) : length - 1 - random.nextInt(1_000);
    }

    private static byte[] word(SplittableRandom random) {
        return WORDS.get(random.nextInt(WORDS.size())).getBytes(UTF_8);
    }

    private static byte[] joined(byte[] bytes, int from, int to, byte[] between) {
        byte[] joined = new byte[from + between.length + bytes.length - to];
        System.arraycopy(bytes, 0, joined, 0, from);
        System.arraycopy(between, 0, joined, from, between.length);
        System.arraycopy(bytes, to, joined, from + between.length, bytes.length - to);
        return joined;
    }

    private static Announcement announcement(byte[] bundle, Manifest manifest) {
        return Announcement.of(TestBundles.announcement(bundle, manifest, Instant.EPOCH));
    }

    private static RolloutPolicy policy() {
        return RolloutPolicy.newBuilder()
                .setRevision("r1")
                .setStable("1")
                .setCandidate("a:2")
                .setCandidatePercent(10)
                .setShadow("3")
                .setEarlier(List.of("6", "7"))
                .setDocumentPins(Map.of("letter", "4"))
                .setStylePins(Map.of("neat", "b:5"))
                .setSteps(List.of(RolloutStep.newBuilder()
                        .setPercent(25)
                        .setSeconds(60)
                        .setMaxErrorRate(.1)
                        .setMaxLatencyMs(500)
                        .build()))
                .build();
    }

    private static <V> byte[] written(Topic<String, V> topic, V value) {
        return topic.value().serializer().serialize(topic.name(), value);
    }

    private static <V> V read(Topic<String, V> topic, byte[] bytes) {
        return topic.value().deserializer().deserialize(topic.name(), bytes);
    }

    private static Map<String, byte[]> parts(byte[] bundle) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                parts.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parts;
    }

    private static byte[] stored(Map<String, byte[]> parts) {
        return zipped(parts, 0);
    }

    private static byte[] deflated(Map<String, byte[]> parts) {
        return zipped(parts, 6);
    }

    private static byte[] zipped(Map<String, byte[]> parts, int level) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(level);
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
