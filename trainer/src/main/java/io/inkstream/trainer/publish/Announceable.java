package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is announced of a model, beside where its file lies.
 *
 * @param id of the version
 * @param kind what it does
 * @param classes that it draws
 * @param styles that it draws in
 * @param parent of which it was trained further
 * @param card figures of how good it is
 * @param provenance data, code, seed: where the weights come from
 */
public record Announceable(
        ModelId id,
        ModelKind kind,
        List<ClassMetrics> classes,
        List<StyleMetrics> styles,
        Optional<String> parent,
        Map<String, String> card,
        Map<String, String> provenance) {
    public Announceable {
        requireNonNull(id, "id");
        requireNonNull(kind, "kind");
        classes = List.copyOf(classes);
        styles = List.copyOf(styles);
        requireNonNull(parent, "parent");
        card = Map.copyOf(card);
        provenance = Map.copyOf(provenance);
    }

    /**
     * The announcement of the model's file.
     *
     * @param bytes the file
     * @param chunkCount pieces of it on the topic
     * @param location where it lies otherwise, or null
     */
    public ModelAnnouncement announcement(byte[] bytes, int chunkCount, String location, Instant at) {
        return ModelAnnouncement.newBuilder()
                .setName(id.name())
                .setVersion(id.version())
                .setKind(kind.label())
                .setSha256(ModelBundle.sha256(bytes))
                .setSizeBytes(bytes.length)
                .setChunkCount(chunkCount)
                .setLocation(location)
                .setClasses(classes)
                .setStyles(styles)
                .setParent(parent.orElse(null))
                .setCard(card)
                .setProvenance(provenance)
                .setAnnouncedAt(at)
                .build();
    }

    /** A model that draws. */
    public static Announceable of(ModelBundle bundle) {
        Manifest manifest = bundle.manifest();
        return new Announceable(
                manifest.id(),
                ModelKind.HANDWRITING,
                manifest.classes().stream().map(Announceable::metricsOf).toList(),
                manifest.styles().stream().map(Announceable::metricsOf).toList(),
                Optional.ofNullable(manifest.parent()),
                figures(bundle.card()),
                provenance(manifest));
    }

    private static ClassMetrics metricsOf(ClassSpec spec) {
        return new ClassMetrics(spec.character(), spec.height(), spec.width(), spec.bottom());
    }

    private static StyleMetrics metricsOf(StyleSpec style) {
        return new StyleMetrics(
                style.name(),
                style.description(),
                style.pen(),
                style.gap(),
                style.wordSpace(),
                style.announcedTraits());
    }

    /** Nested parts of the card, such as the list of the worst classes, stay in the bundle: the topic carries figures. */
    private static Map<String, String> figures(Map<String, Object> card) {
        Map<String, String> figures = new TreeMap<>();
        card.forEach((name, value) -> {
            if (value instanceof Number || value instanceof String || value instanceof Boolean) {
                figures.put(name, value.toString());
            }
        });
        return figures;
    }

    private static Map<String, String> provenance(Manifest manifest) {
        Map<String, String> provenance = new TreeMap<>(manifest.provenance());
        provenance.put("license", manifest.license());
        List<String> sources = manifest.dataSources();
        for (int i = 0; i < sources.size(); i++) {
            provenance.put("data-source-" + (i + 1), sources.get(i));
        }
        return provenance;
    }
}
