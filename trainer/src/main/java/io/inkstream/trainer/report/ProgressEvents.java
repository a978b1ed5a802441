package io.inkstream.trainer.report;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingProgress;
import java.nio.ByteBuffer;
import java.time.InstantSource;

/** Turns what a training reports into dated events, for as many listeners as there are. */
public final class ProgressEvents implements TrainingProgress.Listener {
    private final TrainingListener listener;
    private final InstantSource clock;

    public ProgressEvents(TrainingListener listener, InstantSource clock) {
        this.listener = requireNonNull(listener, "listener");
        this.clock = requireNonNull(clock, "clock");
    }

    @Override
    public void on(TrainingProgress progress) {
        listener.on(TrainingEvent.newBuilder()
                .setStep(progress.step())
                .setStage(progress.stage().label())
                .setFigures(progress.figures())
                .setSampleGridPng(progress.sampleGridPng().map(ByteBuffer::wrap).orElse(null))
                .setCheckpoint(progress.checkpoint().orElse(null))
                .setAt(clock.instant())
                .build());
    }
}
