package io.inkstream.topology.render;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.client.RenderClient;
import io.inkstream.topology.plan.Plan;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Assignment;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.state.PendingDocument;
import io.inkstream.topology.store.StoreFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.BitSet;
import java.util.Optional;
import org.apache.kafka.common.errors.RetriableException;

/** Gives the documents of one task their lines and the version that draws them, or keeps them waiting. For one thread. */
final class Planning {
    private static final long AGAIN_AFTER_MS = 200;

    /** Answers come at their own pace, so of large lines fewer are asked for at a time: this many pixels of a document. */
    private static final int PIXELS_AHEAD = 4 << 20;

    private final String texts;
    private final Planner planner;
    private final CandidateWatch watch;
    private final RoutedDocuments routed;
    private final RenderClient client;
    private final RenderConfig config;
    private final MeterRegistry meters;
    private final RegistryWait registry;
    private final Intake intake;
    private final OpenDocuments open;
    private final Backlog backlog;
    private final Closing closing;
    private final InstantSource clock;
    private Fleet seen = Fleet.unknown();

    /** For one task. */
    Planning(
            RenderParts parts,
            RegistryWait registry,
            Intake intake,
            OpenDocuments open,
            Backlog backlog,
            Closing closing,
            InstantSource clock) {
        this.texts = parts.topics().texts().name();
        this.planner = parts.planner();
        this.watch = parts.watch();
        this.routed = parts.routed();
        this.client = parts.client();
        this.config = parts.config();
        this.meters = parts.meters();
        this.registry = registry;
        this.intake = intake;
        this.open = open;
        this.backlog = backlog;
        this.closing = closing;
        this.clock = clock;
    }

    /** Opens what the store keeps. */
    void restore() {
        backlog.forEach((sequence, stored) -> {
            int lines = stored.getLines();
            OpenDocument document = new OpenDocument(sequence, Backlog.head(stored), clock.millis());
            if (lines >= 0) {
                Backlog.Kept kept = backlog.kept(sequence);
                planned(document, lines, kept.firstLine(), kept.answered());
            } else if (stored.getDocument() != null) {
                document.decoded(StoreFormat.text(stored.getDocument()));
            }
            open.put(document);
        });
    }

    /** Plans what may be planned now, and plans anew what another version has to draw. */
    void goOn() {
        Fleet known = watch.get();
        boolean isNews = known != seen;
        seen = known;
        // Once for all: there may be many documents and a thousand versions.
        Fleet within = isNews ? within() : known;
        if (isNews) {
            client.lookAgain();
        }
        for (OpenDocument document : open.all()) {
            if (document.isPlanned()) {
                if (isNews) {
                    planAnewIfItHasTo(document, within);
                }
            } else if (isNews || document.isDue(clock.millis())) {
                plan(document);
            }
        }
    }

    private void planAnewIfItHasTo(OpenDocument document, Fleet within) {
        if (document.isUntouched() && !Router.stands(within, clock.instant(), document.id(), document.assignment())) {
            planAnew(document, Optional.empty());
        }
    }

    private void planAnew(OpenDocument document, Optional<Assignment> refusedBy) {
        backlog.forgetLines(document.sequence(), document.lineCount());
        OpenDocument again = document.anew(refusedBy);
        open.put(again);
        meters.counter("inkstream.documents.planned.anew").increment();
        plan(again);
    }

    /** What is known, without versions that no server within reach has. */
    private Fleet within() {
        return watch.get().within(client::mayHave);
    }

    /** Tries to plan; returns whether the document is settled, and not to be kept as it is. */
    boolean plan(OpenDocument document) {
        if (document.text() == null && !decode(document)) {
            return !open.contains(document);
        }
        Fleet known = within();
        Fleet allowed = document.refusedBy().flatMap(known::withoutCandidate).orElse(known);
        return planner.plan(document.id(), document.text(), allowed, clock.instant())
                .match(
                        lines -> {
                            backlog.keep(document.sequence(), backlog.stored(document), lines.lines());
                            document.isKept();
                            planned(document, lines.lines().size(), 0, new BitSet());
                            routed.count(document.assignment().model(), clock.millis());
                            return true;
                        },
                        waits -> waits(document, waits.reason()),
                        refused -> {
                            if (mayBeEarly(document, refused)) {
                                return waits(document, refused.message());
                            }
                            closing.refuse(document, new Refusal(refused.reason(), refused.message()));
                            return true;
                        });
    }

    private boolean mayBeEarly(OpenDocument document, Plan.Refused refused) {
        return refused.reason() == DeadLetterReason.UNKNOWN_MODEL
                && clock.millis()
                        < document.openedAtMs() + config.unknownModelGrace().toMillis();
    }

    private boolean waits(OpenDocument document, String reason) {
        document.retryAt(clock.millis() + AGAIN_AFTER_MS, reason);
        return false;
    }

    private boolean decode(OpenDocument document) {
        if (!registry.isOver(texts, clock.millis())) {
            document.retryAt(registry.endsAtMs(texts), RegistryWait.REASON);
            return false;
        }
        try {
            byte[] value = document.arrived().orElse(null);
            if (value == null) {
                PendingDocument kept = backlog.document(document.sequence());
                if (kept.getDocument() != null) {
                    document.decoded(StoreFormat.text(kept.getDocument()));
                    return true;
                }
                value = kept.getValue().array();
            }
            intake.read(value, document::decoded, refusal -> closing.refuse(document, refusal));
            registry.answered(texts);
            return document.text() != null;
        } catch (RetriableException e) {
            registry.failed(texts, e, clock.millis());
            document.retryAt(registry.endsAtMs(texts), RegistryWait.REASON);
            return false;
        }
    }

    private void planned(OpenDocument document, int lines, int firstLine, BitSet answered) {
        Provenance by = StoreFormat.image(
                        backlog.line(document.sequence(), firstLine).getImage())
                .getProvenance();
        LayoutOptions layout = by.getLayout();
        int pixels = Math.max(1, layout.getLineHeightPx() * layout.getLineWidthPx());
        int ahead = Math.max(1, Math.min(config.maxLinesAhead(), PIXELS_AHEAD / pixels));
        boolean isLong = lines - firstLine > config.maxLinesAhead();
        document.planned(Assignment.of(by), lines, firstLine, answered, ahead, isLong, layout.getPages());
    }

    /** Plans a document anew of which nothing is out, if its version may not draw it any more. */
    void planAnewIfItHasTo(OpenDocument document) {
        planAnewIfItHasTo(document, within());
    }

    /** Plans a document anew for another version than a candidate that will not draw it; returns whether one may. */
    boolean planForAnother(OpenDocument document) {
        Assignment by = document.assignment();
        if (!document.isUntouched() || !Router.isOthersWithoutCandidate(within(), clock.instant(), document.id(), by)) {
            return false;
        }
        planAnew(document, Optional.of(by));
        return true;
    }
}
