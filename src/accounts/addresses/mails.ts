import type { Mail } from '../../mail/mailer.js';

export function codeMail(to: string, code: string): Mail {
  return {
    to,
    subject: '[마당] 이메일 확인 코드 / Confirmation code',
    text: `확인 코드: ${code}\n30분 안에 입력해 주세요. 요청한 적이 없다면 이 메일을 무시하세요.\n\nYour confirmation code is ${code}. It is good for 30 minutes. If you did not ask for it, ignore this mail.`,
  };
}

export function addressTakenMail(to: string): Mail {
  return {
    to,
    subject: '[마당] 이미 사용 중인 이메일입니다 / Address already in use',
    text: '이 주소로 다른 계정에서 확인을 요청했지만, 이미 확인된 주소입니다. 본인이라면 기존 계정으로 로그인하세요.\n\nSomebody asked to confirm this address for another account, but it is already in use. If it was you, log in with your other account.',
  };
}

export function resetMail(to: string, token: string): Mail {
  return {
    to,
    subject: '[마당] 비밀번호 재설정 / Password reset',
    text: `아래 코드를 앱에 붙여 넣고 새 비밀번호를 정하세요. 1시간 동안 쓸 수 있습니다.\n\n${token}\n\n요청한 적이 없다면 이 메일을 무시하세요.\n\nPaste the code above into the app and choose a new password. It is good for one hour. If you did not ask for it, ignore this mail.`,
  };
}

export function passwordChangedMail(to: string): Mail {
  return {
    to,
    subject: '[마당] 비밀번호가 변경되었습니다 / Password changed',
    text: '계정의 비밀번호가 방금 변경되었고, 다른 모든 기기에서 로그아웃되었습니다. 본인이 변경했다면 아무것도 하지 않아도 됩니다.\n\n본인이 변경하지 않았다면 지금 앱의 로그인 화면에서 비밀번호 재설정을 요청하세요. 코드는 이 주소로 옵니다. 이 메일함의 비밀번호도 바꾸세요.\n\nThe password of your account was just changed, and all other devices were logged out. If it was you, there is nothing to do.\n\nIf it was not you, ask for a password reset on the log-in page of the app now: the code comes to this address. Change the password of this mailbox too.',
  };
}

/** To the former address: an attacker may read the new one. */
export function addressChangedMail(to: string): Mail {
  return {
    to,
    subject: '[마당] 이메일 주소가 변경되었습니다 / Mail address changed',
    text: '계정의 이메일 주소가 방금 다른 주소로 변경되었습니다. 앞으로 이 주소로는 메일이 오지 않으며, 이 주소로 비밀번호를 재설정할 수 없습니다. 본인이 변경했다면 아무것도 하지 않아도 됩니다.\n\n본인이 변경하지 않았다면 지금 로그인해 비밀번호를 변경하고(다른 모든 기기에서 로그아웃됩니다) 이메일 주소를 다시 설정하세요. 로그인할 수 없다면 서비스 운영자에게 알려 주세요.\n\nThe mail address of your account was just changed to another one. No more mails come to this address, and it no longer resets the password. If it was you, there is nothing to do.\n\nIf it was not you, log in now, change your password (this logs all other devices out) and set the mail address again. If you cannot log in, tell the operators of the service.',
  };
}
