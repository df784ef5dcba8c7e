// The pages that are generated from the definitions of the metrics, one per naming.
import { DJANGO_INTRODUCTION, DJANGO_SUBJECTS } from './django-subjects.mjs';
import { METRIC_SUBJECTS, METRICS_INTRODUCTION } from './metric-subjects.mjs';
import { OTEL_INTRODUCTION, OTEL_SUBJECTS } from './otel-subjects.mjs';

export const METRIC_PAGES = [
  { name: 'metrics.md', title: 'Metrics', introduction: METRICS_INTRODUCTION, subjects: METRIC_SUBJECTS },
  {
    name: 'metrics-django.md',
    title: "Metrics under django-prometheus' names",
    introduction: DJANGO_INTRODUCTION,
    subjects: DJANGO_SUBJECTS,
  },
  {
    name: 'metrics-otel.md',
    title: "Metrics under OpenTelemetry's names",
    introduction: OTEL_INTRODUCTION,
    subjects: OTEL_SUBJECTS,
  },
];
