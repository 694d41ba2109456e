"""Offices, their people, and the accounts money goes to."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from common.admin import ScopedAdmin
from registry.admin.places import ProvinceFilter
from registry.models import Agency, FiscalAccount, Staff

admin.site.unregister(Group)  # rights come from the role, see registry.permissions


@admin.register(Agency)
class AgencyAdmin(ScopedAdmin):
    """The tree of offices."""

    list_display = ("code", "name", "level", "province", "area")
    search_fields = ("code__startswith", "name__contains")
    search_help_text = "机构代码或名称"
    list_filter = (("level", ChoicesDropdownFilter), ("province", ProvinceFilter))
    ordering = ("code",)
    select_related = ("province", "area", "parent")
    fieldsets = ((None, {"fields": (("code", "name"), ("level", "parent"), ("province", "area"))}),)


@admin.register(FiscalAccount)
class FiscalAccountAdmin(ScopedAdmin):
    """The provinces' fiscal accounts (annex 10)."""

    list_display = ("province", "insurance", "account_name", "bank_name", "account_number", "valid_from", "valid_until")
    list_filter = (("insurance", ChoicesDropdownFilter),)
    ordering = ("province", "valid_from")
    select_related = ("province",)
    fieldsets = (
        (None, {"fields": (("province", "insurance"), ("account_name", "account_number"), ("bank_name", "bank_code"))}),
        ("启用", {"fields": (("valid_from", "valid_until"),)}),
    )


class StaffCreationForm(UserCreationForm):
    """A new person with a password set by the administrator."""

    class Meta:
        model = Staff
        fields = ("username", "name", "role")


class StaffChangeForm(UserChangeForm):
    """A person's data; the password has a form of its own."""

    class Meta:
        model = Staff
        fields = "__all__"


@admin.register(Staff)
class StaffAdmin(UserAdmin, ScopedAdmin):
    """People who work here; added, changed and switched off by the administrator, never deleted."""

    may_add = may_change = True
    list_display = ("username", "name", "role", "agency", "institution", "is_active", "last_login")
    search_fields = ("username__startswith", "name__startswith")
    search_help_text = "用户名或姓名开头"
    list_filter = (("role", ChoicesDropdownFilter), "is_active")
    ordering = ("username",)
    select_related = ("agency", "institution")
    filter_horizontal = ()
    organisation = ("所属机构", {"fields": ("agency", "institution"), "description": "经办机构和医药机构二者选一。"})
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        ("权限", {"fields": ("role", "is_active")}),
        organisation,
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "email", "role")}),
        organisation,
        ("密码", {"fields": ("password1", "password2")}),
    )
    autocomplete_fields = ("agency", "institution")
    form, add_form, change_password_form = StaffChangeForm, StaffCreationForm, AdminPasswordChangeForm
