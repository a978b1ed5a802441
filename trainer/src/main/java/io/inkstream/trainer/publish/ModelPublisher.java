package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.InstantSource;

/**
 * Announces model versions so that a server that sees the announcement finds the whole bundle: chunks and announcement
 * are one transaction, the announcement last. For one thread.
 */
public final class ModelPublisher {
    /** Most bytes of a chunk: half of the broker's default limit for a record. */
    public static final int CHUNK_BYTES = 512 * 1024;

    private final TransactionalWriter writer;
    private final Topic<String, ModelAnnouncement> models;
    private final Topic<String, ModelChunk> chunks;
    private final InstantSource clock;

    public ModelPublisher(
            TransactionalWriter writer,
            Topic<String, ModelAnnouncement> models,
            Topic<String, ModelChunk> chunks,
            InstantSource clock) {
        this.writer = requireNonNull(writer, "writer");
        this.models = requireNonNull(models, "models");
        this.chunks = requireNonNull(chunks, "chunks");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Publishes a version; publishing the same bundle again changes nothing but the date.
     *
     * @return what was announced
     * @throws WriteFailedException if the cluster does not take it; no server has seen anything of it then
     */
    public ModelAnnouncement publish(ModelBundle bundle) throws WriteFailedException {
        return publish(bundle.toBytes(), bundle);
    }

    /**
     * Publishes a bundle file just as it is, so that its SHA-256 stays the one that its maker knows.
     *
     * @param bytes the file
     * @param bundle the same, parsed
     * @throws WriteFailedException if the cluster does not take it; no server has seen anything of it then
     */
    public ModelAnnouncement publish(byte[] bytes, ModelBundle bundle) throws WriteFailedException {
        return publish(bytes, Announceable.of(bundle));
    }

    /**
     * Publishes a model's file of any kind just as it is.
     *
     * @param bytes the file
     * @param model what is announced of it
     * @throws WriteFailedException if the cluster does not take it; nobody has seen anything of it then
     */
    public ModelAnnouncement publish(byte[] bytes, Announceable model) throws WriteFailedException {
        ModelAnnouncement announcement = announce(bytes, model, chunksOf(bytes), null);
        writer.write(sink -> send(sink, bytes, announcement));
        return announcement;
    }

    /**
     * Sends what publishing a bundle file is, in a transaction that the caller has open.
     *
     * @param bytes the file
     * @param bundle the same, parsed
     */
    void send(TransactionalWriter.Sink sink, byte[] bytes, ModelBundle bundle) {
        send(sink, bytes, announce(bytes, Announceable.of(bundle), chunksOf(bytes), null));
    }

    private void send(TransactionalWriter.Sink sink, byte[] bytes, ModelAnnouncement announcement) {
        String id = new ModelId(announcement.getName(), announcement.getVersion()).toString();
        int count = announcement.getChunkCount();
        for (int i = 0; i < count; i++) {
            int offset = i * CHUNK_BYTES;
            ByteBuffer piece = ByteBuffer.wrap(bytes, offset, Math.min(CHUNK_BYTES, bytes.length - offset))
                    .slice();
            sink.send(chunks, id + ":" + i, new ModelChunk(i, count, announcement.getSha256(), piece));
        }
        sink.send(models, id, announcement);
    }

    private static int chunksOf(byte[] bytes) {
        return (bytes.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /**
     * Announces a version whose bundle lies at a location; nothing of it goes through the topics. Servers take it from there
     * if their settings allow the location's prefix.
     *
     * @param bytes the file as it lies there
     * @param model what is announced of it
     * @throws WriteFailedException if the cluster does not take it
     */
    public ModelAnnouncement publish(byte[] bytes, Announceable model, URI location) throws WriteFailedException {
        ModelAnnouncement announcement = announce(bytes, model, 0, location.toString());
        writer.write(sink -> sink.send(models, model.id().toString(), announcement));
        return announcement;
    }

    /**
     * Withdraws a version: servers unload it, and new documents are no longer sent to it. Withdrawing what was never
     * published changes nothing.
     *
     * @throws WriteFailedException if the cluster does not take it
     */
    public void withdraw(ModelId id) throws WriteFailedException {
        writer.write(sink -> sink.send(models, id.toString(), null));
    }

    /**
     * Deletes the chunks of a withdrawn version from the topic, so that the cluster need not keep them for ever.
     *
     * @param chunkCount as it was announced
     * @throws WriteFailedException if the cluster does not take it
     */
    public void forget(ModelId id, int chunkCount) throws WriteFailedException {
        writer.write(sink -> {
            for (int i = 0; i < chunkCount; i++) {
                sink.send(chunks, id + ":" + i, null);
            }
        });
    }

    private ModelAnnouncement announce(byte[] bytes, Announceable model, int chunkCount, String location) {
        return model.announcement(bytes, chunkCount, location, clock.instant());
    }
}
