package io.inkstream.ops.hand;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.rollout.Garbage;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the topics hold of one person's hand.
 *
 * @param samples keys of topic {@code glyph-samples}
 * @param versions of models that write the hand, each with what it is in use for
 * @param chunks of these versions
 * @param trained versions that were trained on people's own hands, perhaps on this one
 * @param withdrawn versions that were withdrawn before, and whose chunks are still there
 */
public record PublishedHand(
        List<String> samples,
        SortedMap<String, List<String>> versions,
        List<Garbage.Chunk> chunks,
        List<String> trained,
        SortedSet<String> withdrawn) {
    private static final String OF = Manifest.HAND_OF;
    private static final String DATA_SOURCE = "data-source-";

    /** The manifest, with a note of whose hand it has. */
    public static Manifest marked(Manifest manifest, String writer, String style) {
        return manifest.withProvenance(OF + writer, "style " + style);
    }

    /**
     * Looks for it.
     *
     * @param writer as at the import, with or without the name of the collection
     */
    public static PublishedHand find(Cluster cluster, Situation situation, String writer) {
        String sampled = writer.contains("/") ? writer : FilledSheet.SOURCE + "/" + writer;
        Map<String, GlyphSample> samples = TopicSnapshot.read(
                cluster.topics().glyphSamples(), cluster.settings().clientConfig());
        SortedMap<String, List<String>> versions = new TreeMap<>();
        List<String> trained = new ArrayList<>();
        situation.models().forEach((id, model) -> {
            Map<String, String> provenance = model.getProvenance();
            if (provenance.containsKey(OF + writer) || provenance.containsKey(OF + sampled)) {
                versions.put(id, situation.usesOf(id));
            } else if (isTrainedOnHands(model)) {
                trained.add(id);
            }
        });
        Collection<Garbage.Chunk> chunks = Garbage.chunksOf(cluster);
        return new PublishedHand(
                samples.entrySet().stream()
                        .filter(sample -> sampled.equals(sample.getValue().getWriter()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList(),
                versions,
                chunks.stream()
                        .filter(chunk -> versions.containsKey(chunk.model()))
                        .toList(),
                trained,
                chunks.stream()
                        .map(Garbage.Chunk::model)
                        .filter(id -> !situation.models().containsKey(id))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Whether a version has anybody's own hand. */
    public static boolean hasOne(ModelAnnouncement model) {
        return model.getProvenance().keySet().stream().anyMatch(key -> key.startsWith(OF));
    }

    private static boolean isTrainedOnHands(ModelAnnouncement model) {
        return model.getProvenance().entrySet().stream()
                .anyMatch(entry -> entry.getKey().startsWith(DATA_SOURCE)
                        && entry.getValue().startsWith(FilledSheet.SOURCE + ":"));
    }

    /** Whether there is nothing of it. */
    public boolean isEmpty() {
        return samples.isEmpty() && versions.isEmpty() && chunks.isEmpty();
    }

    /**
     * Withdraws samples and versions, all or nothing.
     *
     * @throws WriteFailedException if the cluster does not take it; all of it is still there then
     */
    public void withdraw(Topics topics, TransactionalWriter writer) throws WriteFailedException {
        writer.write(sink -> {
            samples.forEach(key -> sink.send(topics.glyphSamples(), key, null));
            versions.keySet().forEach(id -> sink.send(topics.models(), id, null));
            chunks.forEach(chunk -> sink.send(topics.modelChunks(), chunk.key(), null));
        });
    }
}
