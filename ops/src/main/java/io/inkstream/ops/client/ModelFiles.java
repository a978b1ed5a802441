package io.inkstream.ops.client;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.ModelPublisher;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Moves bundle files between disk and topics. */
public final class ModelFiles {
    /** No bundle of ours inflates to more; a file that does is no bundle. */
    private static final long MAX_INFLATED_BYTES = 256L << 20;
    /** Of half a megabyte, as we write them, twice the largest bundle. */
    private static final int MAX_CHUNKS = 1024;

    private ModelFiles() {}

    /**
     * Publishes a bundle file as it is: its chunks and, last, its announcement in one transaction.
     *
     * @throws InvalidBundleException if it is no bundle
     * @throws WriteFailedException if the cluster does not take it
     */
    public static ModelAnnouncement publish(Cluster cluster, byte[] file)
            throws InvalidBundleException, WriteFailedException {
        return publish(cluster, file, parse(file));
    }

    /**
     * The same of a file that was parsed already.
     *
     * @throws WriteFailedException if the cluster does not take it
     */
    public static ModelAnnouncement publish(Cluster cluster, byte[] file, ModelBundle bundle)
            throws WriteFailedException {
        return with(cluster, bundle, publisher -> publisher.publish(file, bundle));
    }

    /**
     * Announces a bundle that lies at a location.
     *
     * @param file as it lies there
     * @throws WriteFailedException if the cluster does not take it
     */
    public static ModelAnnouncement announce(Cluster cluster, byte[] file, ModelBundle bundle, URI location)
            throws WriteFailedException {
        return with(cluster, bundle, publisher -> publisher.publish(file, bundle, location));
    }

    private interface Publication {
        ModelAnnouncement by(ModelPublisher publisher) throws WriteFailedException;
    }

    private static ModelAnnouncement with(Cluster cluster, ModelBundle bundle, Publication publication)
            throws WriteFailedException {
        try (TransactionalWriter writer = TransactionalWriter.ofModel(
                cluster.settings().clientConfig(), bundle.manifest().name())) {
            return publication.by(new ModelPublisher(
                    writer, cluster.topics().models(), cluster.topics().modelChunks(), InstantSource.system()));
        }
    }

    /**
     * Parses a bundle file.
     *
     * @throws InvalidBundleException if it is no bundle
     */
    public static ModelBundle parse(byte[] file) throws InvalidBundleException {
        return ModelBundle.parse(file, MAX_INFLATED_BYTES);
    }

    /**
     * Puts together the file of an announced version from its chunks.
     *
     * @throws InvalidBundleException if the version is not announced, or its chunks are missing or damaged
     */
    public static byte[] fetch(Cluster cluster, ModelId model) throws InvalidBundleException {
        Map<String, Object> config = cluster.settings().clientConfig();
        ModelAnnouncement announced = Announcements.read(cluster).get(model.toString());
        if (announced == null) {
            throw new InvalidBundleException("no model " + model + " is announced on this cluster");
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
