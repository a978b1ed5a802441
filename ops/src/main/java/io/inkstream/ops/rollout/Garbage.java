package io.inkstream.ops.rollout;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.rollout.Situation.Heard;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What on the topics nobody can need any more: versions that others have superseded, chunks that belong to no announced
 * version, and the status records of versions, servers and instances that are gone. The chunks of a version that stays
 * announced are never among it.
 *
 * @param kept versions that stay, each with why
 * @param superseded versions to withdraw
 * @param chunks to delete
 * @param statuses keys of topic {@code model-status} to delete
 * @param instances keys of topic {@code rollout-status} to delete
 * @param notes what was left undone, and why
 */
public record Garbage(
        SortedMap<String, String> kept,
        List<String> superseded,
        List<Chunk> chunks,
        List<String> statuses,
        List<String> instances,
        List<String> notes) {

    /**
     * A record of topic {@code model-chunks}.
     *
     * @param sha256 of the bundle that it belongs to; empty if the record cannot be read
     */
    public record Chunk(String key, String sha256, int bytes, Instant writtenAt) {
        /** The version that it belongs to. */
        public String model() {
            return key.substring(0, Math.max(0, key.lastIndexOf(':')));
        }

        int index() {
            String index = key.substring(key.lastIndexOf(':') + 1);
            return index.matches("\\d{1,9}") ? Integer.parseInt(index) : Integer.MAX_VALUE;
        }
    }

    /**
     * Which to keep.
     *
     * @param newest how many of the newest versions of each name stay, used or not
     * @param grace what was written within this time is kept: a publication in several steps may be in progress
     * @param force withdraws superseded versions though no topology instance is alive that could say which it uses
     */
    public record Rule(int newest, Duration grace, boolean force) {
        public static final int DEFAULT_NEWEST = 3;
        public static final Duration DEFAULT_GRACE = Duration.ofHours(1);

        public Rule {
            if (newest < 1 || grace.isNegative()) {
                throw new IllegalArgumentException("need newest >= 1 and grace >= 0, got " + newest + ", " + grace);
            }
        }
    }

    public Garbage {
        superseded = List.copyOf(superseded);
        chunks = List.copyOf(chunks);
        statuses = List.copyOf(statuses);
        instances = List.copyOf(instances);
        notes = List.copyOf(notes);
    }

    /** Finds it. */
    public static Garbage find(Situation situation, Collection<Chunk> chunks, Rule rule) {
        SortedMap<String, String> kept = new TreeMap<>();
        List<String> notes = new ArrayList<>();
        situation.names().forEach(name -> keep(situation, name, rule, kept));
        List<String> superseded = situation.models().keySet().stream()
                .filter(id -> !kept.containsKey(id))
                .toList();
        boolean isBlind = situation.instances().values().stream().noneMatch(situation::isLive);
        List<String> drawing = superseded.stream()
                .filter(id -> ModelKind.HANDWRITING.is(situation.models().get(id)))
                .toList();
        if (isBlind && !rule.force() && !drawing.isEmpty()) {
            notes.add("no live topology instance can report whether it uses " + drawing + ", so they stay published");
            drawing.forEach(id -> kept.put(id, "no topology instance is alive"));
            superseded = superseded.stream().filter(id -> !drawing.contains(id)).toList();
        }
        Set<String> going = new HashSet<>(superseded);
        Instant old = situation.now().minus(rule.grace());
        return new Garbage(
                kept,
                superseded,
                chunks.stream()
                        .filter(chunk -> going.contains(chunk.model())
                                || (!chunk.writtenAt().isAfter(old) && isOrphan(situation, chunk)))
                        .toList(),
                keys(situation.statuses(), heard -> isPast(situation, heard, old)),
                keys(situation.instances(), heard -> isPastInstance(situation, heard, old)),
                notes);
    }

    /** Reads what topic {@code model-chunks} holds, without keeping the bytes. */
    public static Collection<Chunk> chunksOf(Cluster cluster) {
        Topics topics = cluster.topics();
        Map<String, Chunk> chunks = new HashMap<>();
        TopicSnapshot.forEach(topics.modelChunks().name(), cluster.settings().clientConfig(), record -> {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                chunks.remove(key);
                return;
            }
            String sha256 = "";
            try {
                ModelChunk chunk = topics.modelChunks()
                        .value()
                        .deserializer()
                        .deserialize(record.topic(), record.headers(), record.value());
                sha256 = chunk.getSha256();
            } catch (SerializationException e) {
                // It is no part of any bundle, then.
            }
            chunks.put(key, new Chunk(key, sha256, record.value().length, Instant.ofEpochMilli(record.timestamp())));
        });
        return chunks.values();
    }

    /** How many bytes of chunks it is. */
    public long chunkBytes() {
        return chunks.stream().mapToLong(Chunk::bytes).sum();
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return superseded.isEmpty() && chunks.isEmpty() && statuses.isEmpty() && instances.isEmpty();
    }

    /**
     * Deletes it in one transaction.
     *
     * @throws WriteFailedException if the cluster does not take it; all of it is still there then
     */
    public void delete(Topics topics, TransactionalWriter writer) throws WriteFailedException {
        if (isEmpty()) {
            return;
        }
        writer.write(sink -> {
            superseded.forEach(id -> sink.send(topics.models(), id, null));
            chunks.forEach(chunk -> sink.send(topics.modelChunks(), chunk.key(), null));
            statuses.forEach(key -> sink.send(topics.modelStatus(), key, null));
            instances.forEach(key -> sink.send(topics.rolloutStatus(), key, null));
        });
    }

    private static void keep(Situation situation, String name, Rule rule, SortedMap<String, String> kept) {
        List<String> versions = situation.versionsOf(name);
        for (String id : versions.subList(0, Math.min(rule.newest(), versions.size()))) {
            kept.put(id, "one of the newest " + rule.newest());
        }
        Optional.ofNullable(situation.policies().get(name)).map(RolloutPolicy::getEarlier).stream()
                .flatMap(List::stream)
                .map(id -> ModelId.resolve(name, id))
                .filter(situation.models()::containsKey)
                .findFirst()
                .ifPresent(id -> kept.put(id, "a rollback would return to it"));
        situation.serving(name).filter(versions::contains).ifPresent(id -> kept.put(id, "serves by default"));
        for (String id : versions) {
            List<String> uses = situation.usesOf(id);
            if (!uses.isEmpty()) {
                kept.put(id, String.join(", ", uses));
            }
        }
    }

    /** Whether a chunk belongs to no version, or to bytes that its version no longer has. */
    private static boolean isOrphan(Situation situation, Chunk chunk) {
        ModelAnnouncement model = situation.models().get(chunk.model());
        return model == null || !model.getSha256().equals(chunk.sha256()) || chunk.index() >= model.getChunkCount();
    }

    private static boolean isPast(Situation situation, Heard<ModelStatus> heard, Instant old) {
        boolean isOver = !situation.models().containsKey(heard.said().getModel())
                && heard.said().getState() == ModelState.UNLOADED;
        return !heard.at().isAfter(old) && (isOver || !situation.isLive(heard));
    }

    /** A halt outlives the instance that made it, for as long as its policy does. */
    private static boolean isPastInstance(Situation situation, Heard<RolloutStatus> heard, Instant old) {
        RolloutStatus status = heard.said();
        RolloutPolicy policy = situation.policies().get(status.getModel());
        boolean isHalt = policy != null && policy.getRevision().equals(status.getHaltedRevision());
        return !heard.at().isAfter(old) && !situation.isLive(heard) && !isHalt;
    }

    private static <T> List<String> keys(SortedMap<String, Heard<T>> said, Predicate<Heard<T>> unwanted) {
        return said.entrySet().stream()
                .filter(entry -> unwanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
