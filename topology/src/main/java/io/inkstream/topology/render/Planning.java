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
            WaitingDocument document = WaitingDocument.kept(sequence, Backlog.head(stored), clock.millis());
            if (lines >= 0) {
                Backlog.Kept kept = backlog.kept(sequence);
                open.put(drawing(document, lines, kept.firstLine(), kept.answered()));
                return;
            }
            if (stored.getDocument() != null) {
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
            if (document instanceof WaitingDocument waiting) {
                if (isNews || waiting.waits().isOver(clock.millis())) {
                    plan(waiting);
                }
            } else if (isNews && document instanceof Drawing drawing) {
                planAnewIfItHasTo(drawing, within);
            }
        }
    }

    private void planAnewIfItHasTo(Drawing drawing, Fleet within) {
        if (drawing.isUntouched() && !Router.stands(within, clock.instant(), drawing.id(), drawing.assignment())) {
            planAnew(drawing, Optional.empty());
        }
    }

    private void planAnew(Drawing drawing, Optional<Assignment> refusedBy) {
        backlog.forgetLines(drawing.sequence(), drawing.lineCount());
        WaitingDocument again = WaitingDocument.anew(drawing, refusedBy);
        open.put(again);
        meters.counter("inkstream.documents.planned.anew").increment();
        plan(again);
    }

    /** What is known, without versions that no server within reach has. */
    private Fleet within() {
        return watch.get().within(client::mayHave);
    }

    /** Tries to plan; returns whether the document is settled, and not to be kept as it is. */
    boolean plan(WaitingDocument document) {
        if (document.text().isEmpty()) {
            decode(document);
        }
        if (document.text().isEmpty()) {
            return !open.contains(document);
        }
        Fleet known = within();
        Fleet allowed = document.refusedBy().flatMap(known::withoutCandidate).orElse(known);
        return planner.plan(document.id(), document.text().get(), allowed, clock.instant())
                .match(
                        lines -> {
                            backlog.keep(document.sequence(), backlog.stored(document), lines.lines());
                            Drawing drawing = drawing(document, lines.lines().size(), 0, new BitSet());
                            open.put(drawing);
                            routed.count(drawing.assignment().model(), clock.millis());
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

    private boolean mayBeEarly(WaitingDocument document, Plan.Refused refused) {
        return refused.reason() == DeadLetterReason.UNKNOWN_MODEL
                && clock.millis()
                        < document.openedAtMs() + config.unknownModelGrace().toMillis();
    }

    private boolean waits(WaitingDocument document, String reason) {
        document.waits().until(clock.millis() + AGAIN_AFTER_MS, reason);
        return false;
    }

    /** Decodes the document, or refuses it, or has it wait for the registry. */
    private void decode(WaitingDocument document) {
        if (!registry.isOver(texts, clock.millis())) {
            document.waits().until(registry.endsAtMs(texts), RegistryWait.REASON);
            return;
        }
        PendingDocument kept = backlog.stored(document);
        if (kept.getDocument() != null) {
            document.decoded(StoreFormat.text(kept.getDocument()));
            return;
        }
        try {
            intake.read(kept.getValue().array(), document::decoded, refusal -> closing.refuse(document, refusal));
            registry.answered(texts);
        } catch (RetriableException e) {
            registry.failed(texts, e, clock.millis());
            document.waits().until(registry.endsAtMs(texts), RegistryWait.REASON);
        }
    }

    private Drawing drawing(WaitingDocument document, int lines, int firstLine, BitSet answered) {
        Provenance by = StoreFormat.image(
                        backlog.line(document.sequence(), firstLine).getImage())
                .getProvenance();
        LayoutOptions layout = by.getLayout();
        int pixels = Math.max(1, layout.getLineHeightPx() * layout.getLineWidthPx());
        int ahead = Math.max(1, Math.min(config.maxLinesAhead(), PIXELS_AHEAD / pixels));
        boolean areMany = lines - firstLine > config.maxLinesAhead();
        return new Drawing(
                document,
                new Drawing.Lines(Assignment.of(by), lines, ahead, areMany, layout.getPages()),
                firstLine,
                answered);
    }

    /** Plans a document anew of which nothing is out, if its version may not draw it any more. */
    void planAnewIfItHasTo(Drawing drawing) {
        planAnewIfItHasTo(drawing, within());
    }

    /** Plans a document anew for another version than a candidate that will not draw it; returns whether one may. */
    boolean planForAnother(Drawing drawing) {
        Assignment by = drawing.assignment();
        if (!drawing.isUntouched() || !Router.isOthersWithoutCandidate(within(), clock.instant(), drawing.id(), by)) {
            return false;
        }
        planAnew(drawing, Optional.of(by));
        return true;
    }
}
