package io.inkstream.ops.client;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.language.LanguageModel;
import io.inkstream.trainer.publish.Announceable;
import io.inkstream.trainer.publish.ModelPublisher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves bundle files between disk and topics. */
public final class ModelFiles {
    /** Upper limit of an inflated bundle. */
    private static final long MAX_INFLATED_BYTES = 256L << 20;
    /** Of half a megabyte, as we write them, twice the largest bundle. */
    private static final int MAX_CHUNKS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);

    private ModelFiles() {}

    /**
     * What a publication came to.
     *
     * @param announced what servers see now
     * @param isChange whether anything was written: false where the cluster had the same already
     */
    public record Publication(ModelAnnouncement announced, boolean isChange) {
        public Publication {
            requireNonNull(announced, "announced");
        }
    }

    /**
     * Publishes a bundle file as it is: its chunks and, last, its announcement in one transaction. What is announced with
     * the same bytes, and has all its chunks, stays as it is; missing chunks are written, and its age is kept.
     *
     * @throws InvalidBundleException if it is no bundle
     * @throws WriteFailedException if other bytes are announced under its id, or the cluster does not take it
     */
    public static Publication publish(Cluster cluster, byte[] file)
            throws InvalidBundleException, WriteFailedException {
        return publish(cluster, file, parse(file));
    }

    /**
     * The same of a file that was parsed already.
     *
     * @throws WriteFailedException if other bytes are announced under its id, or the cluster does not take it
     */
    public static Publication publish(Cluster cluster, byte[] file, ModelBundle bundle) throws WriteFailedException {
        return publish(cluster, file, Announceable.of(bundle));
    }

    /**
     * The same of a model of any kind.
     *
     * @throws WriteFailedException if other bytes are announced under its id, or versions of another kind under its name, or
     *     the cluster does not take it
     */
    public static Publication publish(Cluster cluster, byte[] file, Announceable model) throws WriteFailedException {
        return write(cluster, file, model, null);
    }

    /**
     * Announces a bundle that lies at a location; what is announced to lie there already, with the same bytes, stays as it
     * is.
     *
     * @param file as it lies there
     * @throws WriteFailedException if other bytes are announced under its id, or the cluster does not take it
     */
    public static Publication announce(Cluster cluster, byte[] file, Announceable model, URI location)
            throws WriteFailedException {
        return write(cluster, file, model, location);
    }

    private static Publication write(Cluster cluster, byte[] file, Announceable model, URI location)
            throws WriteFailedException {
        String id = model.id().toString();
        String sha256 = ModelBundle.sha256(file);
        try (TransactionalWriter writer = TransactionalWriter.ofModel(
                cluster.settings().clientConfig(), model.id().name())) {
            // From here on nobody else publishes versions of this name: what is read stays true until it is acted upon.
            writer.takeOver();
            Map<String, ModelAnnouncement> announced =
                    announced(cluster, model.id().name());
            Optional<String> otherKind = otherKind(model.id().name(), model.kind(), announced.values());
            if (otherKind.isPresent()) {
                throw new WriteFailedException(otherKind.get(), null);
            }
            Optional<ModelAnnouncement> before = Optional.ofNullable(announced.get(id));
            if (before.isPresent() && !before.get().getSha256().equals(sha256)) {
                throw new WriteFailedException(otherBytes(id, before.get()), null);
            }
            if (before.isPresent() && isWhole(cluster, before.get(), file.length, location)) {
                return new Publication(before.get(), false);
            }
            InstantSource clock = before.map(ModelAnnouncement::getAnnouncedAt)
                    .map(InstantSource::fixed)
                    .orElseGet(InstantSource::system);
            ModelPublisher publisher = new ModelPublisher(
                    writer, cluster.topics().models(), cluster.topics().modelChunks(), clock);
            return new Publication(
                    location == null ? publisher.publish(file, model) : publisher.publish(file, model, location), true);
        }
    }

    /** The sentence for somebody who publishes a version anew with other bytes. */
    public static String otherBytes(String id, ModelAnnouncement before) {
        return id + " is announced with other bytes (SHA-256 " + Limits.cut(before.getSha256(), Limits.QUOTED_CHARS)
                + "), and a version never changes; give the bundle another version, or withdraw that one first";
    }

    /** The sentence for somebody whose model has a name that belongs to models of another kind; empty if it does not. */
    public static Optional<String> otherKind(String name, ModelKind kind, Collection<ModelAnnouncement> announced) {
        return announced.stream()
                .filter(other -> other.getName().equals(name) && !kind.is(other))
                .findFirst()
                .map(other -> "the versions of " + name + " are of kind "
                        + Limits.cut(other.getKind(), Limits.QUOTED_CHARS) + ", not " + kind.label()
                        + "; give this one another name");
    }

    /** What is announced under a name, by id. Others may be unreadable without being in its way. */
    private static Map<String, ModelAnnouncement> announced(Cluster cluster, String name) {
        Topic<String, ModelAnnouncement> models = cluster.topics().models();
        Map<String, ModelAnnouncement> found = new HashMap<>();
        TopicSnapshot.forEach(models.name(), cluster.settings().clientConfig(), record -> {
            String id = models.key().deserializer().deserialize(record.topic(), record.key());
            if (id != null && id.startsWith(name + ":")) {
                try {
                    Announcements.enter(found, id, TopicSnapshot.value(models, record));
                } catch (SerializationException e) {
                    LOG.warn("Skipped an announcement of {} that cannot be read: {}", id, e.getMessage());
                }
            }
        });
        return found;
    }

    /** Whether servers find the bundle where it is announced, and that is where it is wanted. */
    private static boolean isWhole(Cluster cluster, ModelAnnouncement announced, int size, URI location) {
        if (announced.getSizeBytes() != size) {
            return false;
        }
        if (location != null || announced.getLocation() != null) {
            return location != null && location.toString().equals(announced.getLocation());
        }
        String prefix = announced.getName() + ":" + announced.getVersion() + ":";
        Topic<String, ModelChunk> topic = cluster.topics().modelChunks();
        Map<Integer, Boolean> fits = new HashMap<>();
        TopicSnapshot.forEach(topic.name(), cluster.settings().clientConfig(), record -> {
            String key = topic.key().deserializer().deserialize(record.topic(), record.key());
            if (key != null && key.startsWith(prefix)) {
                chunkIndex(key, prefix).ifPresent(index -> fits.put(index, fits(topic, record, announced)));
            }
        });
        return announced.getChunkCount() > 0
                && IntStream.range(0, announced.getChunkCount()).allMatch(index -> fits.getOrDefault(index, false));
    }

    private static boolean fits(
            Topic<String, ModelChunk> topic, ConsumerRecord<byte[], byte[]> record, ModelAnnouncement announced) {
        try {
            ModelChunk chunk = TopicSnapshot.value(topic, record);
            return chunk != null
                    && chunk.getSha256().equals(announced.getSha256())
                    && chunk.getCount() == announced.getChunkCount();
        } catch (SerializationException e) {
            return false;
        }
    }

    private static OptionalInt chunkIndex(String key, String prefix) {
        try {
            return OptionalInt.of(Integer.parseInt(key.substring(prefix.length())));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * Parses a bundle file.
     *
     * @throws InvalidBundleException if it is no bundle
     */
    public static ModelBundle parse(byte[] file) throws InvalidBundleException {
        if (LanguageModel.isMeant(file)) {
            throw new InvalidBundleException("it is a language model, which writes text and draws nothing");
        }
        return ModelBundle.parse(file, MAX_INFLATED_BYTES);
    }

    /**
     * What a model's file of any kind would be announced as.
     *
     * @throws InvalidBundleException if it is none
     */
    public static Announceable read(byte[] file) throws InvalidBundleException {
        if (!LanguageModel.isMeant(file)) {
            return Announceable.of(parse(file));
        }
        try {
            return LanguageModel.parse(file).manifest().announceable();
        } catch (IOException e) {
            throw new InvalidBundleException(e.getMessage(), e);
        }
    }

    /**
     * Puts together the file of an announced version that draws from its chunks.
     *
     * @throws InvalidBundleException if no such version is announced, or its chunks are missing or damaged
     */
    public static byte[] fetch(Cluster cluster, ModelId model) throws InvalidBundleException {
        return fetch(cluster, model, ModelKind.HANDWRITING);
    }

    /**
     * Puts together the file of an announced version of a kind from its chunks.
     *
     * @throws InvalidBundleException if no such version is announced, or its chunks are missing or damaged
     */
    public static byte[] fetch(Cluster cluster, ModelId model, ModelKind kind) throws InvalidBundleException {
        Map<String, Object> config = cluster.settings().clientConfig();
        ModelAnnouncement announced = Announcements.read(cluster).get(model.toString());
        if (announced == null) {
            throw new InvalidBundleException("no model " + model + " is published on this cluster");
        }
        if (!kind.is(announced)) {
            throw new InvalidBundleException(model + " is of kind "
                    + Limits.cut(announced.getKind(), Limits.QUOTED_CHARS) + ", not " + kind.label());
        }
        int count = announced.getChunkCount();
        if (count < 1 || count > MAX_CHUNKS || announced.getSizeBytes() > MAX_INFLATED_BYTES) {
            throw new InvalidBundleException(model + " is announced with " + announced.getSizeBytes() + " bytes in "
                    + count + " chunks, which cannot be fetched: there are 1 to " + MAX_CHUNKS + " of at most "
                    + MAX_INFLATED_BYTES + " bytes");
        }
        String prefix = model + ":";
        Set<String> wanted = IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.toSet());
        Map<String, ModelChunk> chunks = TopicSnapshot.read(cluster.topics().modelChunks(), config, wanted::contains);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            ModelChunk chunk = chunks.get(prefix + i);
            if (chunk == null) {
                throw new InvalidBundleException("chunk " + i + " of " + count + " is missing");
            }
            ByteBuffer data = chunk.getData();
            if (file.size() + data.remaining() > announced.getSizeBytes()) {
                throw new InvalidBundleException("the chunks of " + model + " are larger than was announced");
            }
            file.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
        }
        byte[] bytes = file.toByteArray();
        if (!ModelBundle.sha256(bytes).equals(announced.getSha256())) {
            throw new InvalidBundleException("the chunks of " + model + " are not the file that was announced");
        }
        return bytes;
    }
}
