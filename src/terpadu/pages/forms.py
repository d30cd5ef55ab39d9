"""Every Django form in our look: `{{ form }}` gives error summary, labels, hints and inputs; nobody writes them by hand.

After GOV.UK Frontend's form patterns: one sentence for an error, in the summary and at the field; what may stay empty says so.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import ChoiceWidget, Input
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from terpadu.pages.navigation import Words

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.HiddenInput, ""),
    (Input, "govuk-input"),
    (forms.MultiWidget, "govuk-input"),
)
"""Which class a widget carries; the first that fits."""

EMPTY: tuple[tuple[type[forms.Widget], Words], ...] = (
    (forms.CheckboxInput, _("Beri tanda pada “%(label)s”.")),
    (ChoiceWidget, _("Pilih %(label)s.")),
    (forms.FileInput, _("Pilih %(label)s.")),
    (forms.Widget, _("Isi %(label)s.")),
)
"""What we say where something had to be given."""


class Field(BoundField):
    """A field of a form, as our templates need it."""

    @property
    def kind(self) -> str:
        """How the group is built: a fieldset of several inputs, one checkbox, or a label with one input."""
        widget = self.field.widget
        if widget.use_fieldset:
            return "fieldset"
        return "checkbox" if isinstance(widget, forms.CheckboxInput) else "single"

    @property
    def first_id(self) -> str:
        """Where the error summary leads."""
        return f"{self.auto_id}_0" if self.kind == "fieldset" else self.auto_id

    @property
    def sentences(self) -> list[str]:
        """What is wrong, each in a sentence that can stand alone in the summary."""
        wrong = self.form.errors.as_data().get(self.name, [])
        return [self._sentence(error) for error in wrong]

    def _sentence(self, error: ValidationError) -> str:
        if isinstance(self.field, forms.EmailField) and error.code == "invalid":
            return now("Tulis alamat surel yang lengkap, misalnya nama@contoh.id.")
        if error.code != "required" or error.message != forms.Field.default_error_messages["required"]:
            return " ".join(error.messages)
        label = str(self.label)
        if label[1:2].islower() and self.kind != "checkbox":
            label = label[:1].lower() + label[1:]
        return next(str(words) for kind, words in EMPTY if isinstance(self.field.widget, kind)) % {"label": label}

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """The attributes of Django, our class, and no `required`: the browser's own bubble knows no summary."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        if widget.use_fieldset:
            built.pop("aria-invalid", None)
        classes = [_class(widget), str(widget.attrs.get("class", ""))]
        if self.errors and classes[0] in ("govuk-input", "govuk-textarea", "govuk-select"):
            classes.insert(1, f"{classes[0]}--error")
        if any(classes):
            built["class"] = " ".join(filter(None, classes))
        return built


def _class(widget: forms.Widget) -> str:
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "")


class Renderer(TemplatesSetting):
    """Named by the setting FORM_RENDERER."""

    form_template_name = "pages/forms/form.html"
    field_template_name = "pages/forms/field.html"
    bound_field_class = Field


class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes; a calendar is slow for a birthday and hard without a mouse."""

    template_name = "pages/forms/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts = [forms.TextInput({"inputmode": "numeric"}) for _part in range(3)]
        super().__init__(parts, attrs)

    def decompress(self, value: datetime.date | None) -> list[int | None]:
        """A date into its boxes."""
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each box with its own label."""
        context = super().get_context(name, value, attrs)
        for box, label in zip(
            context["widget"]["subwidgets"], (pgettext("angka", "Tanggal"), now("Bulan"), now("Tahun")), strict=True
        ):
            box["label"] = label
        return context


class DateField(forms.MultiValueField):
    """A date from three numbers. Errors: `required`, `invalid`."""

    widget = DateInput
    default_error_messages = {"invalid": _("Tulis tanggal yang ada, misalnya 14 3 1994.")}  # noqa: RUF012

    def __init__(self, **options: Any) -> None:
        invalid = {"invalid": self.default_error_messages["invalid"]}
        parts = [forms.IntegerField(min_value=1, max_value=9999, error_messages=invalid) for _part in range(3)]
        super().__init__(parts, require_all_fields=True, **options)

    def clean(self, value: Any) -> datetime.date | None:
        """The date. Raises `ValidationError`; some boxes empty is not a date, all empty is nothing."""
        if any(value or ()) and not all(value):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        try:
            date: datetime.date | None = super().clean(value)
        except ValidationError as error:
            codes = {each.code for each in error.error_list}
            code = "required" if codes == {"required"} else "invalid"
            raise ValidationError(self.error_messages[code], code) from None
        return date

    def compress(self, numbers: list[int]) -> datetime.date | None:
        """Three numbers into a date. Raises `ValidationError`."""
        if not numbers:
            return None
        try:
            return datetime.date(numbers[2], numbers[1], numbers[0])
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None
