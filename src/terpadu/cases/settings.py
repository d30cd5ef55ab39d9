"""What the portal's settings say to this room."""

from __future__ import annotations

from django.conf import settings


def joint_leave_counts() -> bool:
    """Do days of joint leave count as working days?"""
    return bool(settings.PORTAL.joint_leave_counts)
